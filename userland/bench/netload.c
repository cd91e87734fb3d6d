// SPDX-License-Identifier: GPL-2.0
/*
 * netload - fill and empty socket buffers over loopback
 *
 * Half of the connections are TCP, half UDP with datagrams of 32 KiB. What is sent lies in
 * fragments of order 3, unmovable, that the kernel asks for and can do without
 * (skb_page_frag_refill), until it is read. Each step picks a connection at random: one in
 * two is read until empty, the others are written to until they take no more, as long as
 * all of them together hold less than --mib. So buffers of all ages lie side by side.
 *
 * Prints CSV: sent_mib,read_mib,held_mib,full (the last: how often a socket took no more)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

#define MIB		(1UL << 20)
#define DATAGRAM	(32UL << 10)
#define BUFFER		(8 << 20)	/* of each socket: none shall be the limit */

static unsigned long mib = 256, seconds = 10, connections = 64, seed = 1;
static char buffer[64 << 10];

struct connection {
	int in, out;
	bool udp;
	long held;
};

static const struct argp_option options[] = {
	{ "mib", 'm', "N", 0, "Hold at most so much in buffers (256)", 0 },
	{ "seconds", 't', "N", 0, "How long (10)", 0 },
	{ "connections", 'c', "N", 0, "How many, up to 512 (64)", 0 },
	{ "seed", 's', "N", 0, "Seed of the order of things (1)", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'm':
		mib = number(state, arg, 1, 1 << 20);
		break;
	case 't':
		seconds = number(state, arg, 1, 3600);
		break;
	case 'c':
		connections = number(state, arg, 1, 512);
		break;
	case 's':
		seed = number(state, arg, 1, 1UL << 30);
		break;
	case ARGP_KEY_ARG:
		argp_usage(state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int open_socket(int type)
{
	int size = BUFFER, fd = socket(AF_INET, type, 0);

	/* the limits of the system are for others; we are root in a guest of our own */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		die("cannot make a socket (as root?): %m");
	return fd;
}

static void join(struct connection *c, bool udp)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof(addr);
	int type = udp ? SOCK_DGRAM : SOCK_STREAM;
	int server = open_socket(type);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(server, (struct sockaddr *)&addr, sizeof(addr)) ||
	    getsockname(server, (struct sockaddr *)&addr, &len) ||
	    (!udp && listen(server, 1)))
		die("cannot listen: %m");
	c->udp = udp;
	c->out = open_socket(type);
	if (connect(c->out, (struct sockaddr *)&addr, sizeof(addr)))
		die("cannot connect: is lo up?: %m");
	if (udp) {
		c->in = server;
		return;
	}
	c->in = accept(server, NULL, NULL);
	if (c->in < 0)
		die("accept: %m");
	close(server);
}

/* Bytes sent until the socket takes no more, or we hold enough */
static long fill(struct connection *c, long room)
{
	long sent = 0;

	while (sent < room) {
		ssize_t n = send(c->out, buffer, c->udp ? DATAGRAM : sizeof(buffer),
				 MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS))
			break;
		if (n < 0)
			die("send: %m");
		sent += n;
		/* more than the reader would take is dropped, not queued */
		if (c->udp && c->held + sent > BUFFER)
			break;
	}
	c->held += sent;
	return sent;
}

static long drain(struct connection *c)
{
	long got = 0;
	ssize_t n;

	while ((n = recv(c->in, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0)
		got += n;
	if (n < 0 && errno != EAGAIN)
		die("recv: %m");
	return got;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Fill and empty socket buffers over loopback.",
	};
	unsigned long i, full = 0;
	struct timespec ts;
	long sent = 0, got = 0, held = 0;
	struct connection *c;
	time_t end;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	c = calloc(connections, sizeof(*c));
	if (!c)
		die("calloc: %m");
	for (i = 0; i < connections; i++)
		join(&c[i], i % 2);

	clock_gettime(CLOCK_MONOTONIC, &ts);
	end = ts.tv_sec + seconds;
	while (ts.tv_sec < end) {
		struct connection *pick = &c[random_number(seed) % connections];

		if (random_number(seed) % 2) {
			long room = (long)(mib * MIB) - held, n = 0;

			if (room > 0)
				n = fill(pick, room);
			full += room > 0 && n < room;
			sent += n;
			held += n;
		} else {
			got += drain(pick);
			/* a UDP socket may have dropped some: what it held is gone either way */
			held -= pick->held;
			pick->held = 0;
		}
		clock_gettime(CLOCK_MONOTONIC, &ts);
	}
	printf("sent_mib,read_mib,held_mib,full\n%ld,%ld,%ld,%lu\n", sent >> 20, got >> 20,
	       held >> 20, full);
	return 0;
}
