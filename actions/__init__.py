"""What the dialogue can do: pure rules on top, thin rasa-sdk actions below."""
