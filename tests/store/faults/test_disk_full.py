"""A full disk, on a small file system of its own, at every command that writes: the error says what, where and how to mend it,
what is published stays, and with space again the next run works.

Mounting needs the right to, here or in a user namespace; without it the tests fail.
KEYRULE_FAULT_FILLS: how many different amounts of space are left (4).
"""

import os
import subprocess
from pathlib import Path

import pytest

from conftest import Store, document

FILLS = int(os.environ.get("KEYRULE_FAULT_FILLS", "4"))
KIB = 1024
LEFT = [round(i * 300 * KIB / FILLS) for i in range(FILLS)]  # bytes; the least of all is none

@pytest.fixture
def small(folder):
    """8 MiB: SHARED takes two."""
    place = folder / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", str(place)]
    done = subprocess.run(mount, capture_output=True, text=True)
    if done.returncode == 0:
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", place], check=True)
        return
    # Who may not mount here may do so in a namespace of their own, which is seen through /proc as long as it lives.
    script = 'mount -t tmpfs -o size=8m,mode=0700 tmpfs "$0" && echo there && exec cat'
    words = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, str(place)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "there\n", (
            f"no tmpfs can be mounted: {done.stderr}{holder.stderr.read()}; run the tests as root with CAP_SYS_ADMIN (docker run "
            "--cap-add SYS_ADMIN --security-opt apparmor=unconfined), or where user namespaces are allowed"
        )
        yield Path(f"/proc/{holder.pid}/root{place}")
        holder.stdin.close()


def fill(place, left):
    """Leaves about so many bytes."""
    file = place / "filling"
    with open(file, "wb") as out:
        free = os.statvfs(place)
        size = free.f_bavail * free.f_frsize - left
        out.write(b"\0" * max(size, 0))
    return file


def check_error(done, where):
    assert done.returncode == 4, (done.returncode, done.stdout, done.stderr)
    assert "published" not in done.stdout, done.stdout
    assert str(where) in done.stderr, done.stderr  # where
    assert "No space left on device" in done.stderr or "no space" in done.stderr.lower(), done.stderr  # what
    assert "check space" in done.stderr, done.stderr  # how to mend it
    assert "sk-" not in done.stderr, done.stderr


def commands(store, key):
    new = {"text": document(60, "new")}
    return {
        "import": (["import", "-", "--store", store.path], new),
        "revoke": (["revoke", "--store", store.path, "--tenant", "t0", "--provider", "openai", "--name", "n0"], {}),
        "rotate data keys": (["rotate", "--store", store.path, "--data-keys"], {}),
        "rotate master key": (["rotate", "--store", store.path, "--new-key", key], {}),
    }


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("what", ["import", "revoke", "rotate data keys", "rotate master key"])
def test_a_full_disk(small, folder, what, left):
    store = Store(small)
    assert store.import_(document(60, "old")).returncode == 0
    before, generation = store.rows(), store.generation()
    filling = fill(small, left)
    arguments, options = commands(store, folder / "new.key")[what]
    done = store.run(*arguments, **options)
    if left == 0:
        assert done.returncode != 0, done.stdout
    if done.returncode == 0:  # there was room
        filling.unlink()
    else:
        check_error(done, small)
        # What is published is still there and read, on the full disk. A revocation is in force as soon as it was said to be.
        assert store.generation() == generation
        revoked = {("t0", "n0")} if "no process uses it from now on" in done.stdout + done.stderr else set()
        assert store.rows() == {key: row for key, row in before.items() if key not in revoked}
        filling.unlink()
        again = store.run(*arguments, **options)
        if revoked and again.returncode == 2:  # a writer has finished it
            assert "has no credential `n0`" in again.stderr
        else:
            assert again.returncode == 0, again.stdout + again.stderr
    after = store.rows()
    assert len(after) == len(before) - (what == "revoke")
    assert {row["owner"] for row in after.values()} == {"new" if what == "import" else "old"}
    assert store.import_(document(60, "last")).returncode == 0
    assert {row["owner"] for row in store.rows().values()} == {"last"}


@pytest.mark.parametrize("left", LEFT)
def test_a_store_that_does_not_fit(small, left):
    store = Store(small)
    filling = fill(small, left * 10)
    done = store.import_(document(60, "new"))
    if done.returncode != 0:
        check_error(done, small)
        filling.unlink()
        done = store.import_(document(60, "new"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(store.rows()) == 60


def test_sync(small, folder):
    from dify import Dify
    from servers import Postgres
    from tokens import Workspace

    server = Postgres()
    try:
        dify = Dify(server, folder)
        workspace = Workspace()
        tenant = dify.tenant(workspace)
        dify.provider(tenant)
        store = Store(small)
        dify.credential(tenant, "first", {"openai_api_key": workspace.token("sk-first")})

        def sync():
            dify.flush()
            return store.run("sync", "--from", dify.url(), "--storage", dify.storage, "--store", store.path)

        done = sync()
        assert done.returncode == 0, done.stdout + done.stderr
        generation = store.generation()
        dify.credential(tenant, "second", {"openai_api_key": workspace.token("sk-second")})
        filling = fill(small, 0)
        check_error(sync(), small)
        assert store.generation() == generation
        assert [name for _, name in store.rows()] == ["first"]
        filling.unlink()
        done = sync()
        assert done.returncode == 0, done.stdout + done.stderr
        assert sorted(name for _, name in store.rows()) == ["first", "second"]
    finally:
        server.close()
