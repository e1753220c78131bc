"""What the product is made of besides its own code: the locked packages, their licences and known weaknesses."""
