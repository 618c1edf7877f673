"""What an intent is recognised by: a model that is trained from the examples in nlu/.

Nothing here is imported until a model is wanted: `learning` says where it comes from.
"""
