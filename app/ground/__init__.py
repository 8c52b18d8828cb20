"""What stands under every feature and knows none of them?"""
