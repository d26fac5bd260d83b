"""What GET answers: single objects, lists, pages, selections, representations and watches."""
