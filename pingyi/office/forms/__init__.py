"""Excel forms for the facts of a campaign, with drop-downs from its plan (`written` is the door)."""
