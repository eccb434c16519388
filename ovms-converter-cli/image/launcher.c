/*
 * The programs `run` and `ovms-converter` of the image: becomes the Java runtime with the image's
 * options, so that no shell stands in the way of a run or of its signals. Called as `run`, it puts
 * that command first.
 *
 * HOME_DIRECTORY, set by the build, is where the image's files are.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JAVA HOME_DIRECTORY "/jre/bin/java"
#define OPTIONS "@" HOME_DIRECTORY "/java.options"
#define MAIN "io.github.fuseml.ovms.cli.Main"

/* "-Dproperty=value" of a variable that is set and not empty, else of a default. */
static char *property(const char *name, const char *variable, const char *otherwise) {
  const char *value = getenv(variable);
  if (value == NULL || *value == '\0') {
    value = otherwise;
  }
  char *text = malloc(strlen(name) + strlen(value) + 4);
  if (text == NULL) {
    perror("run");
    exit(70);
  }
  sprintf(text, "-D%s=%s", name, value);
  return text;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

int main(int count, char **arguments) {
  char **command = calloc(count + 8, sizeof(char *));
  if (command == NULL) {
    perror("run");
    return 70;
  }
  int size = 0;
  command[size++] = JAVA;
  command[size++] = OPTIONS;
  /* Java asks for neither: a user without an entry in /etc/passwd has the home "?". */
  command[size++] = property("java.io.tmpdir", "TMPDIR", "/tmp");
  command[size++] = property("user.home", "HOME", "/tmp");
  command[size++] = MAIN;
  if (count > 0 && strcmp(base_name(arguments[0]), "run") == 0) {
    command[size++] = "run";
  }
  for (int i = 1; i < count; i++) {
    command[size++] = arguments[i];
  }
  execv(JAVA, command);
  fprintf(stderr, "error: cannot start %s: %s\n", JAVA, strerror(errno));
  return 70;
}
