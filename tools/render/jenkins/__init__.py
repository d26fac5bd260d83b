"""Jenkins' answers as text: pure functions of JSON, in Jenkins' own nouns."""
