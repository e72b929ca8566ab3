"""What is marked as new to a person in the workspace: what others wrote, and never one's own."""

from slack_workspace.messages import MessageDraft, post
from slack_workspace.state import Unread, Workspace
from tests.slack_workspace.workspace_fixtures import ANN, BOB, STAFF, demo_spec


def test_what_one_wrote_oneself_is_new_to_the_others_alone() -> None:
    workspace = Workspace(demo_spec())
    post(
        workspace, workspace.conversation(STAFF), ANN, MessageDraft(f"Can you look, <@{BOB}>? Asks <@{ANN}>")
    )
    assert workspace.unread(ANN) == {}
    assert workspace.unread(BOB) == {STAFF: Unread(all=1, mine=1)}


def test_what_is_for_one_persons_eyes_is_new_to_that_person_alone() -> None:
    workspace = Workspace(demo_spec())
    helper = workspace.spec.bot.user_id
    post(workspace, workspace.conversation(STAFF), helper, MessageDraft("For you"), only_for=BOB)
    assert (workspace.unread(ANN), workspace.unread(BOB)) == ({}, {STAFF: Unread(all=1, mine=1)})
