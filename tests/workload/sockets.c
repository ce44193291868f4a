/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a socket is, in one line, and how the ordinary ones are made.
 */
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_NUMBER 100
#define LINE_BYTES   2048

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

/* A line that is being written. */
struct line {
	char text[LINE_BYTES];
	size_t length;
};

union any_address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
	struct sockaddr_nl nl;
	struct sockaddr_ll ll;
	struct sockaddr_vm vm;
	char bytes[256];
};

static unsigned n_said;

unsigned
sockets_count(void)
{
	return n_said;
}

static void __attribute__((format(printf, 3, 4)))
add(struct line *line, const char *key, const char *format, ...)
{
	va_list args;
	int n = snprintf(line->text + line->length, LINE_BYTES - line->length, ":%s=", key);

	line->length += (size_t)n;
	va_start(args, format);
	n = vsnprintf(line->text + line->length, LINE_BYTES - line->length, format, args);
	va_end(args);
	line->length += (size_t)n;
}

static void
add_bytes(struct line *line, const char *key, const void *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *from = bytes;
	char text[512];

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = digits[from[i] >> 4];
		text[2 * i + 1] = digits[from[i] & 15];
	}
	text[2 * n] = '\0';
	add(line, key, "%s", text);
}

static int
option(int fd, int level, int name)
{
	socklen_t size = sizeof(int);
	int value = -1;

	return getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

static void
add_unix_name(struct line *line, const struct sockaddr_un *un, socklen_t size)
{
	size_t n = size > offsetof(struct sockaddr_un, sun_path)
			   ? size - offsetof(struct sockaddr_un, sun_path)
			   : 0;

	if (n == 0)
		return;
	if (un->sun_path[0] == '\0') {
		add(line, "abstract", "1");
		add_bytes(line, "name", un->sun_path + 1, n - 1);
	} else {
		add_bytes(line, "name", un->sun_path, strnlen(un->sun_path, n));
	}
}

/* Where one end is, under "local" or "remote". A raw socket's port is its protocol once more. */
static void
add_address(struct line *line, const char *side, const union any_address *address, socklen_t size,
	    bool is_raw)
{
	char port[16];

	snprintf(port, sizeof(port), "%s_port", side);
	switch (address->any.sa_family) {
	case AF_INET:
		add_bytes(line, side, &address->in.sin_addr, 4);
		if (!is_raw)
			add(line, port, "%u", ntohs(address->in.sin_port));
		break;
	case AF_INET6:
		add_bytes(line, side, &address->in6.sin6_addr, 16);
		if (!is_raw)
			add(line, port, "%u", ntohs(address->in6.sin6_port));
		break;
	case AF_UNIX:
		if (strcmp(side, "local") == 0)
			add_unix_name(line, &address->un, size);
		break;
	case AF_NETLINK:
		if (strcmp(side, "local") == 0)
			add(line, port, "%u", address->nl.nl_pid);
		break;
	case AF_VSOCK:
		if (strcmp(side, "local") == 0 && address->vm.svm_port == VMADDR_PORT_ANY)
			break;
		snprintf(port, sizeof(port), "%s_cid", side);
		add(line, port, "%u", address->vm.svm_cid);
		snprintf(port, sizeof(port), "%s_port", side);
		add(line, port, "%u", address->vm.svm_port);
		break;
	case AF_PACKET:
		add(line, "interface", "%d", address->ll.sll_ifindex);
		break;
	default:
		break;
	}
}

static void
add_addresses(struct line *line, int fd, const struct work_socket *known)
{
	bool is_raw = option(fd, SOL_SOCKET, SO_TYPE) == SOCK_RAW;
	union any_address address = {0};
	socklen_t size = sizeof(address);

	if (!known->unnamed && getsockname(fd, &address.any, &size) == 0)
		add_address(line, "local", &address, size, is_raw);
	size = sizeof(address);
	if (address.any.sa_family != AF_NETLINK && getpeername(fd, &address.any, &size) == 0)
		add_address(line, "remote", &address, size, is_raw);
}

/* As far as the kernel tells the state to the owner of a socket. */
static void
add_state(struct line *line, int fd, int family, int type, int protocol)
{
	bool is_stream = type == SOCK_STREAM || type == SOCK_SEQPACKET;
	union any_address address;
	socklen_t size = sizeof(address);
	struct tcp_info info = {0};

	if (protocol == IPPROTO_TCP && family != AF_UNIX) {
		size = sizeof(info);
		if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
			add(line, "state", "%u", info.tcpi_state);
	} else if (is_stream && option(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1) {
		add(line, "state", "%d", TCP_LISTEN);
	} else if (family == AF_INET || family == AF_INET6 || (family == AF_UNIX && is_stream)) {
		add(line, "state", "%d",
		    getpeername(fd, &address.any, &size) == 0 ? TCP_ESTABLISHED : TCP_CLOSE);
	}
}

/* Whom it was connected with, as the kernel noted; a listener and who never was have nobody. */
static void
add_peer_pid(struct line *line, int fd, int family)
{
	struct ucred peer = {0};
	socklen_t size = sizeof(peer);

	if (family == AF_UNIX && option(fd, SOL_SOCKET, SO_ACCEPTCONN) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid > 0)
		add(line, "peer_pid", "%d", (int)peer.pid);
}

static void
add_known(struct line *line, const struct work_socket *known)
{
	if (known->receive_queue >= 0)
		add(line, "receive_queue", "%d", known->receive_queue);
	if (known->backlog >= 0)
		add(line, "backlog", "%d", known->backlog);
	if (known->shutdown >= 0)
		add(line, "shutdown", "%d", known->shutdown);
	if (known->interface >= 0)
		add(line, "interface", "%d", known->interface);
	if (known->groups >= 0)
		add(line, "groups", "%llu", (unsigned long long)known->groups);
	add(line, "uid", "%u", known->uid >= 0 ? (unsigned)known->uid : (unsigned)geteuid());
}

/* Of packet sockets SO_PROTOCOL says nothing. */
static int
protocol_of(int fd, int family)
{
	union any_address address;
	socklen_t size = sizeof(address);

	if (family == AF_PACKET && getsockname(fd, &address.any, &size) == 0)
		return ntohs(address.ll.sll_protocol);
	return option(fd, SOL_SOCKET, SO_PROTOCOL);
}

/* Its network namespace: that of the socket, which need not be ours any more. */
static void
add_namespace(struct line *line, int fd)
{
	int ns = ioctl(fd, SIOCGSKNS);
	struct stat st;

	if (ns < 0 ? stat("/proc/self/ns/net", &st) == 0 : fstat(ns, &st) == 0)
		add(line, "netns", "%llu", (unsigned long long)st.st_ino);
	if (ns >= 0)
		close(ns);
}

void
sockets_say_at(struct work *w, int fd, const char *variant, const struct work_socket *known)
{
	int family = option(fd, SOL_SOCKET, SO_DOMAIN), type = option(fd, SOL_SOCKET, SO_TYPE);
	int protocol = protocol_of(fd, family);
	struct work_file file = {.kind = "socket"};
	struct line line = {.length = 0};
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);
	char path[64];
	struct stat st;

	if (family < 0 || fstat(fd, &st) < 0)
		work_fail_errno(w, variant);
	snprintf(path, sizeof(path), "socket:[%llu]", (unsigned long long)st.st_ino);
	file.path = path;
	work_say_fd(w, getpid(), fd, &file);
	add(&line, "ino", "%llu", (unsigned long long)st.st_ino);
	add(&line, "family", "%d", family);
	add(&line, "type", "%d", type);
	add(&line, "protocol", "%d", protocol);
	add_addresses(&line, fd, known);
	add_state(&line, fd, family, type, protocol);
	add_known(&line, known);
	add_peer_pid(&line, fd, family);
	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) == 0)
		add(&line, "cookie", "%llu", (unsigned long long)cookie);
	add_namespace(&line, fd);
	work_say(w, "socket=%d:%d:%s%s", (int)getpid(), fd, variant, line.text);
	n_said++;
}

int
sockets_say(struct work *w, int fd, const char *variant, const struct work_socket *known)
{
	static const struct work_socket nothing = WORK_SOCKET;

	if (fd < 0)
		work_fail_errno(w, variant);
	fd = work_move(w, fd, FIRST_NUMBER + (int)n_said);
	sockets_say_at(w, fd, variant, known != NULL ? known : &nothing);
	return fd;
}

static void
say_ends(struct work *w, const char *key, int a, int b)
{
	work_say(w, "%s=%d:%d,%d:%d", key, (int)getpid(), a, (int)getpid(), b);
}

void
sockets_say_pair(struct work *w, int a, int b)
{
	say_ends(w, "pair", a, b);
}

void
sockets_say_sender(struct work *w, int sender, int receiver)
{
	say_ends(w, "sender", sender, receiver);
}

void
sockets_say_waiting(struct work *w, int client, int listener)
{
	say_ends(w, "waiting", client, listener);
}

void
sockets_say_missing(struct work *w, const char *variant)
{
	work_say(w, "missing=%s:%s", variant, strerror(errno));
}

static socklen_t
loopback(int family, union any_address *address)
{
	*address = (union any_address){.any = {.sa_family = (sa_family_t)family}};
	if (family == AF_INET6) {
		address->in6.sin6_addr = in6addr_loopback;
		return sizeof(address->in6);
	}
	address->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sizeof(address->in);
}

/* Closes it and keeps the reason. */
static int
give_up(int fd)
{
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return -1;
}

int
sockets_bound(int family, int type, int protocol)
{
	int fd = socket(family, type, protocol);
	union any_address address;
	socklen_t size = loopback(family, &address);

	return fd >= 0 && bind(fd, &address.any, size) < 0 ? give_up(fd) : fd;
}

int
sockets_listening(int family, int type, int protocol, int backlog)
{
	int fd = sockets_bound(family, type, protocol);

	return fd >= 0 && listen(fd, backlog) < 0 ? give_up(fd) : fd;
}

int
sockets_connected_to(int family, int type, int protocol, int other)
{
	int fd = socket(family, type, protocol);
	union any_address there, address;
	socklen_t size = sizeof(there);

	if (fd < 0 || getsockname(other, &there.any, &size) < 0)
		return give_up(fd);
	/* A socket that is bound to anything is reached by the loopback address of its own family. */
	size = loopback(family, &address);
	if (family == AF_INET6)
		address.in6.sin6_port = there.in6.sin6_port;
	else
		address.in.sin_port = there.in.sin_port;
	return connect(fd, &address.any, size) < 0 ? give_up(fd) : fd;
}

int
sockets_pair(int family, int type, int protocol, int ends[2])
{
	int listener = sockets_listening(family, type, protocol, 1);

	if (listener < 0)
		return -1;
	ends[0] = sockets_connected_to(family, type, protocol, listener);
	if (ends[0] < 0)
		return give_up(listener);
	ends[1] = accept(listener, NULL, NULL);
	close(listener);
	return ends[1] < 0 ? give_up(ends[0]) : 0;
}

static bool
is_arrived(int fd, int state, unsigned n)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);
	int unread = 0;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0 || info.tcpi_state != state)
		return false;
	/* Of a listener: connections that wait. */
	if (state == TCP_LISTEN)
		return info.tcpi_unacked == n;
	/* Where the other end has closed, there is nothing to count any more. */
	return n == 0 || (ioctl(fd, SIOCINQ, &unread) == 0 && unread == (int)n);
}

void
sockets_await(struct work *w, int fd, int state, unsigned n)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);
	char what[96];

	for (unsigned i = 0; i < 5000 && !is_arrived(fd, state, n); i++)
		usleep(1000);
	if (is_arrived(fd, state, n))
		return;
	getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
	snprintf(what, sizeof(what), "TCP socket %d is in state %d with %u, not in %d with %u", fd,
		 info.tcpi_state, info.tcpi_unacked, state, n);
	work_fail(w, WORK_FAILED, what);
}

void
sockets_write(struct work *w, int fd, unsigned n_bytes)
{
	static const char bytes[64];

	if (send(fd, bytes, n_bytes, 0) != (ssize_t)n_bytes)
		work_fail_errno(w, "send");
}
