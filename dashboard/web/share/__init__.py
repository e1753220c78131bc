"""Charts for people who never open the app: share pages, embeds, pictures, files and short links."""
