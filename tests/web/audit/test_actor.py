from linli.web.audit.actor import system_actor


def test_the_machine_is_nobody():
    actor = system_actor("linli site createadmin")
    assert (actor.user, actor.name, actor.address) == (None, "linli site createadmin", "console")
