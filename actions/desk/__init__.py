"""What staff are told and asked, and how they take over."""
