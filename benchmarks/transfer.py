"""The measuring part of transfer.sh, which sees to it that everything is installed."""

import argparse
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

LARGE = 2 << 30
FILES = 2000
FILE_SIZE = 20 << 10
KEY, SECRET = "benchmark", "benchmark-secret"
ROWS = ["large-down", "small-down", "large-up", "small-up"]
TITLES = {
    "large-down": "2 GiB down",
    "small-down": "2,000 files of 20 KiB down",
    "large-up": "2 GiB up",
    "small-up": "2,000 files of 20 KiB up",
}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--servers", required=True)
    parser.add_argument("--peers", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", default=",".join(ROWS))
    parser.add_argument("--only", default="", help="names of the programs to run, by commas")
    parser.add_argument("--dir", default=None, help="where the data lies, on the disk to measure")
    return parser.parse_args()


class Server:
    """A MinIO with a bucket that everybody may read and write."""

    def __init__(self, binaries, data):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        environment = dict(os.environ, MINIO_ROOT_USER=KEY, MINIO_ROOT_PASSWORD=SECRET)
        self.process = subprocess.Popen(
            [binaries + "/minio", "server", "--quiet", "--address", f"127.0.0.1:{self.port}", data],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.url + "/minio/health/live", timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("MinIO does not start")

    def close(self):
        self.process.terminate()
        self.process.wait()


class Bench:
    def __init__(self, options, scratch, server):
        self.options = options
        self.scratch = pathlib.Path(scratch)
        self.server = server
        self.environment = dict(
            os.environ,
            S3_ENDPOINT=server.url,
            S3_ENDPOINT_URL=server.url,
            AWS_ENDPOINT_URL=server.url,
            AWS_ACCESS_KEY_ID=KEY,
            AWS_SECRET_ACCESS_KEY=SECRET,
            AWS_REGION="us-east-1",
            AWS_DEFAULT_REGION="us-east-1",
            AWS_CONFIG_FILE=str(self.scratch / "aws-config"),
            MC_CONFIG_DIR=str(self.scratch / "mc"),
            MC_HOST_m=f"http://{KEY}:{SECRET}@127.0.0.1:{server.port}",
            RCLONE_CONFIG=str(self.scratch / "rclone.conf"),
            RCLONE_CONFIG_M_TYPE="s3",
            RCLONE_CONFIG_M_PROVIDER="Minio",
            RCLONE_CONFIG_M_ENDPOINT=server.url,
            RCLONE_CONFIG_M_ACCESS_KEY_ID=KEY,
            RCLONE_CONFIG_M_SECRET_ACCESS_KEY=SECRET,
        )
        (self.scratch / "aws-config").write_text(
            "[default]\ns3 =\n  preferred_transfer_client = crt\n")
        self.jvms = {}

    def mc(self, *words):
        subprocess.run([self.options.servers + "/mc", "--quiet", *words], env=self.environment,
                       check=True, stdout=subprocess.DEVNULL)

    def prepare(self):
        source = self.scratch / "source"
        (source / "small").mkdir(parents=True)
        with open(source / "large", "wb") as file:
            for _ in range(LARGE >> 24):
                file.write(os.urandom(1 << 24))
        for number in range(FILES):
            (source / "small" / f"part-{number:05}").write_bytes(os.urandom(FILE_SIZE))
        self.mc("mb", "m/download", "m/upload")
        self.mc("anonymous", "set", "public", "m/download")
        self.mc("anonymous", "set", "public", "m/upload")
        self.mc("cp", str(source / "large"), "m/download/large")
        self.mc("cp", "--recursive", str(source / "small"), "m/download/")
        for way in ("down", "up"):
            base = f"{self.server.url}/{way}load/small/"
            with open(self.scratch / f"curl-{way}", "w") as list_of_urls:
                for number in range(FILES):
                    name = f"part-{number:05}"
                    if way == "down":
                        list_of_urls.write(f'url = "{base}{name}"\noutput = "{self.target}/{name}"\n')
                    else:
                        list_of_urls.write(f'url = "{base}{name}"\nupload-file = "{source}/small/{name}"\n')

    @property
    def target(self):
        return self.scratch / "target"

    def clean(self, row):
        shutil.rmtree(self.target, ignore_errors=True)
        self.target.mkdir()
        if row.endswith("up"):
            self.mc("rm", "--recursive", "--force", "m/upload")
        os.sync()  # What the one before has written is not this one's burden.

    def jvm(self, durable):
        if durable not in self.jvms:
            libraries = pathlib.Path(self.options.root, "ovms-converter-cli/target/quick/app/lib")
            self.jvms[durable] = subprocess.Popen(
                ["java", "-Xmx256m", "-cp", f"{libraries}/*",
                 self.options.root + "/benchmarks/TransferBenchmark.java", durable],
                env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self.jvms[durable]

    def commands(self, row):
        """What each program is called with; a function for what runs already."""
        source, target, peers = self.scratch / "source", self.target, self.options.peers
        aws = [peers + "/aws", "s3", "cp", "--only-show-errors"]
        rclone = ["rclone", "copy", "--s3-no-check-bucket", "--no-traverse"]
        ours = [self.options.root + "/bin/ovms-converter", "copy", "--replace", "--no-sync", "--progress", "none"]
        boto = [peers + "/python", self.options.root + "/benchmarks/transfer_boto3.py", row]
        if row == "large-down":
            places = ("s3://download/large", f"{target}/large")
            return {
                "curl": ["curl", "-sf", "-o", f"{target}/large", self.server.url + "/download/large"],
                "s5cmd": [peers + "/s5cmd", "cp", *places],
                "rclone": [*rclone, "--multi-thread-streams", "8", "m:download/large", str(target)],
                "mc": [self.options.servers + "/mc", "--quiet", "cp", "m/download/large", f"{target}/large"],
                "boto3": [*boto, str(target)],
                "aws crt": [*aws, *places],
                "CLI": [*ours, *places],
            }, places
        if row == "small-down":
            places = ("s3://download/small", f"{target}/small")
            return {
                "curl": ["curl", "-sf", "--parallel", "--parallel-max", "16", "-K", f"{self.scratch}/curl-down"],
                "s5cmd": [peers + "/s5cmd", "cp", "s3://download/small/*", f"{target}/small/"],
                "rclone": [*rclone, "--transfers", "32", "--checkers", "32", "m:download/small", f"{target}/small"],
                "mc": [self.options.servers + "/mc", "--quiet", "cp", "--recursive", "m/download/small", str(target)],
                "boto3": [*boto, str(target)],
                "aws crt": [*aws, "--recursive", "s3://download/small", f"{target}/small"],
                "CLI": [*ours, *places],
            }, places
        if row == "large-up":
            places = (f"{source}/large", "s3://upload/large")
            return {
                "curl": ["curl", "-sf", "-T", f"{source}/large", self.server.url + "/upload/large"],
                "s5cmd": [peers + "/s5cmd", "cp", *places],
                "rclone": [*rclone, "--s3-upload-concurrency", "8", "--s3-chunk-size", "16M", f"{source}/large", "m:upload"],
                "mc": [self.options.servers + "/mc", "--quiet", "cp", f"{source}/large", "m/upload/large"],
                "boto3": [*boto, str(source)],
                "aws crt": [*aws, *places],
                "CLI": [*ours, *places],
            }, places
        places = (f"{source}/small", "s3://upload/small")
        return {
            "curl": ["curl", "-sf", "--parallel", "--parallel-max", "16", "-K", f"{self.scratch}/curl-up"],
            "s5cmd": [peers + "/s5cmd", "cp", f"{source}/small/", "s3://upload/small/"],
            "rclone": [*rclone, "--transfers", "32", "--checkers", "32", f"{source}/small", "m:upload/small"],
            "mc": [self.options.servers + "/mc", "--quiet", "cp", "--recursive", f"{source}/small", "m/upload/"],
            "boto3": [*boto, str(source)],
            "aws crt": [*aws, "--recursive", f"{source}/small", "s3://upload/small"],
            "CLI": [*ours, *places],
        }, places

    def run(self, command):
        """Seconds, and the largest resident memory of one of its processes in MiB; nothing on a failure."""
        start = time.perf_counter()
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            print("failed: " + " ".join(command), file=sys.stderr)
            return None
        return time.perf_counter() - start, usage.ru_maxrss / 1024

    def run_library(self, places, durable):
        jvm = self.jvm(durable)
        jvm.stdin.write(" ".join(places) + "\n")
        jvm.stdin.flush()
        answer = jvm.stdout.readline()
        if not answer:
            sys.exit("the library failed: see above")
        return float(answer), 0.0

    def measure(self, row):
        commands, places = self.commands(row)
        runners = {name: (lambda words=words: self.run(words)) for name, words in commands.items()}
        runners["CLI"] = lambda: self.run(commands["CLI"]) or sys.exit("the CLI failed: see above")
        runners["library"] = lambda: self.run_library(places, "false")
        if row.endswith("down"):
            runners["library, forced to the disk"] = lambda: self.run_library(places, "true")
        only = [name for name in self.options.only.split(",") if name]
        if only:
            runners = {name: run for name, run in runners.items() if name in only}
        for name in runners:
            if name.startswith("library"):
                for _ in range(3):  # A running JVM has run this before.
                    self.clean(row)
                    runners[name]()
        results = {name: [] for name in runners}
        for number in range(self.options.rounds + 1):
            for name, run in runners.items():
                self.clean(row)
                result = run()
                if number > 0 and result:  # The first round fills caches.
                    results[name].append(result)
        return {name: runs for name, runs in results.items() if runs}

    def close(self):
        for jvm in self.jvms.values():
            jvm.stdin.close()
            jvm.wait()


def show(row, results):
    medians = {name: statistics.median(seconds for seconds, _ in runs) for name, runs in results.items()}
    peers = {name: seconds for name, seconds in medians.items()
             if name not in ("curl", "CLI") and not name.startswith("library")}
    best = min(peers.values()) if peers else None
    print(f"\n{TITLES[row]}\n")
    print("| | median (min to max), s | to the best of the others | peak memory, MiB |")
    print("| --- | --- | --- | --- |")
    for name, runs in results.items():
        seconds = [one for one, _ in runs]
        memory = max(memory for _, memory in runs)
        ratio = "" if best is None else "%.2f" % (medians[name] / best)
        print("| %s | %.2f (%.2f to %.2f) | %s | %s |" % (
            name, medians[name], min(seconds), max(seconds), ratio, "%.0f" % memory if memory else ""))
    sys.stdout.flush()


def main():
    options = arguments()
    scratch = tempfile.mkdtemp(prefix="transfer-benchmark-", dir=options.dir)
    try:
        os.mkdir(scratch + "/server")
        server = Server(options.servers, scratch + "/server")
        try:
            bench = Bench(options, scratch, server)
            bench.prepare()
            for row in options.rows.split(","):
                show(row, bench.measure(row))
            bench.close()
        finally:
            server.close()
    finally:
        shutil.rmtree(scratch)


main()
