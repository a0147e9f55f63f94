"""What tells two people of one name apart on public pages, and tells nothing else."""

from masthead.discussion.models import Comment
from masthead.readers.limits import keyed_hash

LENGTH = 12


def pseudonym_of(comment: Comment) -> str:
    """Return what all comments have that one person wrote under one name, and no others.

    Only this newsroom can make it from an account, a proven address or a browser. A guest who
    writes under another name has another one: nobody learns that the two are the same.
    """
    commenter = comment.commenter
    if commenter.user_id:
        who = f"user {commenter.user_id}"
    elif commenter.address_id and commenter.confirmed_at:
        who = f"address {commenter.address_id} {comment.author_name}"
    else:
        who = f"browser {commenter.public_id} {comment.author_name}"
    return keyed_hash("person", who)[:LENGTH]
