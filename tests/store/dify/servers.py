"""Real database servers in temporary folders, started and stopped by the tests, on loopback and a socket of their own."""

import ctypes
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PASSWORD = "db-canary/p@ss:word%1"  # every character that an address must escape


def die_with_the_tests():
    """In the child: a run that is killed leaves no server behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def in_memory():
    """Where there is such a place: what is tested is not the disk, whose syncs take seconds on a busy one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One server process."""

    account = "nobody"  # neither server runs as root

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="keyrule-db-", dir=in_memory()))
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o700)
        self.port = free_port()
        self.process = None
        if os.geteuid() == 0:
            for path in (self.folder, self.data):
                shutil.chown(path, self.account)
        self.certificate, self.key = self.make_certificate("server")
        self.other_certificate, _ = self.make_certificate("other")

    def make_certificate(self, name):
        """Self-signed, for 127.0.0.1, readable by all; with its key, the server's alone."""
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1,DNS:127.0.0.1", "-out", certificate, "-keyout", key],
                       check=True, capture_output=True)
        key.chmod(0o600)
        certificate.chmod(0o644)
        if os.geteuid() == 0:
            shutil.chown(key, self.account)
        return certificate, key

    def as_account(self, command, **options):
        if os.geteuid() == 0:
            entry = pwd.getpwnam(self.account)
            options.update(user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        return {"args": list(map(str, command)), "env": environment, "cwd": self.folder, **options}

    def start(self):
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(**self.as_account(self.command(), stdout=log, stderr=log, start_new_session=True,
                                                          preexec_fn=die_with_the_tests))
        until = time.monotonic() + 60
        while not self.answers():
            assert self.process.poll() is None and time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.1)

    def kill(self):
        """As a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, command, text):
        # Not with a sanitizer's runtime, which this process may have been started with.
        environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        done = subprocess.run(list(map(str, command)), input=text, capture_output=True, text=True, timeout=60, env=environment)
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        return done.stdout


class Postgres(Server):
    name = "postgres"
    scheme = "postgresql"
    user = "keyrule"
    uuid = "uuid"
    moment = "timestamp"
    long_text = "text"

    def __init__(self):
        super().__init__()
        self.bin = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[-2]))[-1])
        subprocess.run(**self.as_account([self.bin / "initdb", "-D", self.data, "-U", "admin", "-E", "UTF8", "--locale=C.UTF-8",
                                          "--auth=trust", "--no-sync"], capture_output=True), check=True)
        (self.data / "pg_hba.conf").write_text("local all admin trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        self.start()
        self.sql("postgres", f"CREATE ROLE keyrule LOGIN PASSWORD '{PASSWORD}'")

    def command(self):
        return [self.bin / "postgres", "-D", self.data, "-p", self.port, "-c", "listen_addresses=127.0.0.1",
                "-c", f"unix_socket_directories={self.folder}", "-c", "fsync=off", "-c", "max_connections=50", "-c", "ssl=on",
                "-c", f"ssl_cert_file={self.certificate}", "-c", f"ssl_key_file={self.key}"]

    def answers(self):
        command = [self.bin / "pg_isready", "-h", self.folder, "-p", self.port, "-q"]
        return subprocess.run(**self.as_account(command)).returncode == 0

    def sql(self, database, text):
        return self.run([self.bin / "psql", "-h", self.folder, "-p", self.port, "-U", "admin", "-d", database, "-qAtX",
                         "-v", "ON_ERROR_STOP=1"], text)

    def create(self, database, text):
        self.sql("postgres", f"CREATE DATABASE {database}")
        self.sql(database, text)

    def drop(self, database):
        self.sql("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


class Mariadb(Server):
    name = "mariadb"
    scheme = "mysql"
    user = "keyrule@'127.0.0.1'"
    uuid = "char(36)"
    moment = "datetime"
    long_text = "longtext"

    def __init__(self):
        super().__init__()
        subprocess.run(**self.as_account(["mariadb-install-db", "--no-defaults", f"--datadir={self.data}", "--skip-test-db",
                                          "--auth-root-authentication-method=normal", "--skip-name-resolve"],
                                         capture_output=True), check=True)
        self.start()
        self.sql("mysql", f"CREATE USER keyrule@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")

    def command(self):
        return ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={self.data}", f"--socket={self.folder}/socket",
                f"--port={self.port}", "--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0",
                "--innodb-flush-method=fsync",
                f"--pid-file={self.folder}/pid", f"--ssl-cert={self.certificate}", f"--ssl-key={self.key}"]

    def answers(self):
        command = ["mariadb", "--no-defaults", f"--socket={self.folder}/socket", "-uroot", "-e", "SELECT 1"]
        return subprocess.run(**self.as_account(command, capture_output=True)).returncode == 0

    def sql(self, database, text):
        return self.run(["mariadb", "--no-defaults", f"--socket={self.folder}/socket", "-uroot", "-D", database, "-N", "-B",
                         "--default-character-set=utf8mb4"], text)

    def create(self, database, text):
        self.sql("mysql", f"CREATE DATABASE {database} CHARACTER SET utf8mb4; USE {database}; {text}")

    def drop(self, database):
        self.sql("mysql", f"DROP DATABASE IF EXISTS {database}")
