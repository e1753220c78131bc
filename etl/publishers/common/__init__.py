"""What readers of publishers' files share: content, cells, names, readings."""
