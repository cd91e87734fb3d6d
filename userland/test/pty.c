// SPDX-License-Identifier: GPL-2.0
/*
 * pty ROWSxCOLS [SECONDS:ACTION…] -- COMMAND…: run COMMAND on a terminal of that
 * size and print what it writes there. Actions, each when its time has come, counted
 * from when the command wrote something:
 *
 *	1:size=60x200	the window is resized
 *	1.5:keys=q	keys are pressed; \e is escape, \003 is ^C
 *	2:signal=15	the command gets a signal
 *	1:run=COMMAND	the shell runs it
 *	1:deaf=		nobody reads any more what the command writes
 *	2:end=15	as signal, and it ends within 2 seconds
 *	2:hangup=	the terminal is gone, and the same; the command is told only
 *			by what read() and write() return
 *
 * The exit status is the command's, 128 and the signal if one ended it, 98 if it
 * leaves the terminal in another state than it found it in, or 96 if it did not end
 * in time.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static struct winsize parse_size(const char *text)
{
	struct winsize size = { 0 };

	if (sscanf(text, "%hux%hu", &size.ws_row, &size.ws_col) != 2)
		errx(2, "not ROWSxCOLS: %s", text);
	return size;
}

static void press(int terminal, const char *keys)
{
	char c;

	for (; *keys; keys++) {
		c = *keys;
		if (!strncmp(keys, "\\e", 2)) {
			c = '\033';
			keys++;
		} else if (!strncmp(keys, "\\003", 4)) {
			c = 3;
			keys += 3;
		}
		if (write(terminal, &c, 1) != 1)
			err(2, "cannot press a key");
	}
}

static bool deaf;
static double end_by;

static void act(int terminal, pid_t child, const char *action)
{
	struct winsize size;

	if (!strncmp(action, "size=", 5)) {
		size = parse_size(action + 5);
		ioctl(terminal, TIOCSWINSZ, &size);
	} else if (!strncmp(action, "keys=", 5)) {
		press(terminal, action + 5);
	} else if (!strncmp(action, "signal=", 7)) {
		kill(child, atoi(action + 7));
	} else if (!strcmp(action, "deaf=")) {
		deaf = true;
	} else if (!strncmp(action, "end=", 4)) {
		kill(child, atoi(action + 4));
		end_by = now() + 2;
	} else if (!strcmp(action, "hangup=")) {
		close(terminal);
		deaf = true;
		end_by = now() + 2;
	} else if (!strncmp(action, "run=", 4)) {
		if (system(action + 4))
			errx(2, "failed: %s", action + 4);
	} else {
		errx(2, "not an action: %s", action);
	}
}

/*
 * In between, so that the terminal does not hang up with the command, which has
 * a process group of its own, as under a shell; else it could not be stopped.
 */
static void lead(int terminal, int tell, char **command)
{
	struct termios before = { 0 }, after = { 0 };
	int status;
	pid_t child;

	login_tty(terminal);
	tcgetattr(STDIN_FILENO, &before);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	child = fork();
	if (!child) {
		setpgid(0, 0);
		tcsetpgrp(STDIN_FILENO, getpid());
		signal(SIGTTOU, SIG_DFL);
		signal(SIGHUP, SIG_DFL);
		close(tell);
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	if (write(tell, &child, sizeof(child)) != sizeof(child) ||
	    waitpid(child, &status, 0) != child)
		_exit(2);
	tcsetpgrp(STDIN_FILENO, getpid());
	if (!tcgetattr(STDIN_FILENO, &after) &&	/* it has not hung up */
	    (before.c_lflag != after.c_lflag || before.c_iflag != after.c_iflag ||
	     before.c_oflag != after.c_oflag ||
	     memcmp(before.c_cc, after.c_cc, sizeof(before.c_cc))))
		_exit(98);
	_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	double start = now(), first = 0;
	int terminal, slave, status, next = 2, command = 2, tell[2];
	struct winsize size;
	pid_t leader, child;

	while (command < argc && strcmp(argv[command], "--"))
		command++;
	if (command + 1 >= argc)
		errx(2, "usage: pty ROWSxCOLS [SECONDS:ACTION...] -- COMMAND...");
	size = parse_size(argv[1]);
	if (openpty(&terminal, &slave, NULL, NULL, &size) || pipe(tell))
		err(2, "no terminal");
	leader = fork();
	if (leader < 0)
		err(2, "cannot fork");
	if (!leader) {
		close(terminal);
		lead(slave, tell[1], argv + command + 1);
	}
	if (read(tell[0], &child, sizeof(child)) != sizeof(child))
		err(2, "no command");
	for (;;) {
		struct pollfd in = { .fd = terminal, .events = POLLIN };
		char text[4096];
		ssize_t len = 0;

		/* The slave is open here, too: only the leader's end ends us. */
		if (poll(&in, !deaf, 20) > 0) {
			len = read(terminal, text, sizeof(text));
			if (len > 0)
				fwrite(text, 1, len, stdout);
			if (!first)
				first = now();
		}
		if (len <= 0 && waitpid(leader, &status, WNOHANG) == leader)
			break;
		if (first && next < command && now() - first >= atof(argv[next]))
			act(terminal, child, strchr(argv[next++], ':') + 1);
		if (end_by > 0 && now() > end_by) {
			kill(child, SIGKILL);
			errx(96, "it does not end");
		}
		if (now() - start > 60) {
			kill(child, SIGKILL);
			errx(97, "it does not end");
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
