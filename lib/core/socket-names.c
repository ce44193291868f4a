/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Numbers of sockets as words.
 *
 * The kernel has one set of states for all families, that of TCP (its tcp_states.h);
 * TCP_CLOSE is there what a socket is that never was connected, and of a UDP server nobody would
 * say that it is closed: where connections are no matter of the protocol it is UNCONNECTED.
 */
#include "core/socket-names.h"

#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Not in the headers of all systems that this is built on. */
#ifndef AF_MCTP
#define AF_MCTP 45
#endif
#ifndef NETLINK_SMC
#define NETLINK_SMC 22
#endif

typedef struct {
	guint32 number;
	const char *word;
} Word;

static const char *
find_word(const Word *words, gsize n, guint32 number)
{
	for (gsize i = 0; i < n; i++) {
		if (words[i].number == number)
			return words[i].word;
	}
	return NULL;
}

static const Word families[] = {
	{AF_UNIX, "unix"},
	{AF_INET, "inet"},
	{AF_AX25, "ax25"},
	{AF_IPX, "ipx"},
	{AF_APPLETALK, "appletalk"},
	{AF_NETROM, "netrom"},
	{AF_ATMPVC, "atmpvc"},
	{AF_X25, "x25"},
	{AF_INET6, "inet6"},
	{AF_ROSE, "rose"},
	{AF_KEY, "key"},
	{AF_NETLINK, "netlink"},
	{AF_PACKET, "packet"},
	{AF_ATMSVC, "atmsvc"},
	{AF_RDS, "rds"},
	{AF_PPPOX, "pppox"},
	{AF_LLC, "llc"},
	{AF_IB, "ib"},
	{AF_MPLS, "mpls"},
	{AF_CAN, "can"},
	{AF_TIPC, "tipc"},
	{AF_BLUETOOTH, "bluetooth"},
	{AF_IUCV, "iucv"},
	{AF_RXRPC, "rxrpc"},
	{AF_ISDN, "isdn"},
	{AF_PHONET, "phonet"},
	{AF_IEEE802154, "ieee802154"},
	{AF_CAIF, "caif"},
	{AF_ALG, "alg"},
	{AF_NFC, "nfc"},
	{AF_VSOCK, "vsock"},
	{AF_KCM, "kcm"},
	{AF_QIPCRTR, "qipcrtr"},
	{AF_SMC, "smc"},
	{AF_XDP, "xdp"},
	{AF_MCTP, "mctp"},
};

static const Word types[] = {
	{SOCK_STREAM, "stream"}, {SOCK_DGRAM, "dgram"},		{SOCK_RAW, "raw"},
	{SOCK_RDM, "rdm"},	 {SOCK_SEQPACKET, "seqpacket"}, {SOCK_DCCP, "dccp"},
	{SOCK_PACKET, "packet"},
};

static const Word inet_protocols[] = {
	{IPPROTO_ICMP, "icmp"}, {IPPROTO_IGMP, "igmp"}, {IPPROTO_IPIP, "ipip"},
	{IPPROTO_TCP, "tcp"},	{IPPROTO_UDP, "udp"},	{IPPROTO_DCCP, "dccp"},
	{IPPROTO_IPV6, "ipv6"}, {IPPROTO_RSVP, "rsvp"}, {IPPROTO_GRE, "gre"},
	{IPPROTO_ESP, "esp"},	{IPPROTO_AH, "ah"},	{IPPROTO_ICMPV6, "icmpv6"},
	{89, "ospf"},		{IPPROTO_PIM, "pim"},	{112, "vrrp"},
	{115, "l2tp"},		{IPPROTO_SCTP, "sctp"}, {IPPROTO_UDPLITE, "udplite"},
	{IPPROTO_RAW, "raw"},	{256, "smc"},		{262, "mptcp"},
};

static const Word netlink_protocols[] = {
	{NETLINK_ROUTE, "route"},
	{NETLINK_USERSOCK, "usersock"},
	{NETLINK_FIREWALL, "firewall"},
	{NETLINK_SOCK_DIAG, "sock_diag"},
	{NETLINK_NFLOG, "nflog"},
	{NETLINK_XFRM, "xfrm"},
	{NETLINK_SELINUX, "selinux"},
	{NETLINK_ISCSI, "iscsi"},
	{NETLINK_AUDIT, "audit"},
	{NETLINK_FIB_LOOKUP, "fib_lookup"},
	{NETLINK_CONNECTOR, "connector"},
	{NETLINK_NETFILTER, "netfilter"},
	{NETLINK_IP6_FW, "ip6_fw"},
	{NETLINK_DNRTMSG, "dnrtmsg"},
	{NETLINK_KOBJECT_UEVENT, "kobject_uevent"},
	{NETLINK_GENERIC, "generic"},
	{NETLINK_SCSITRANSPORT, "scsitransport"},
	{NETLINK_ECRYPTFS, "ecryptfs"},
	{NETLINK_RDMA, "rdma"},
	{NETLINK_CRYPTO, "crypto"},
	{NETLINK_SMC, "smc"},
};

static const Word packet_protocols[] = {
	{ETH_P_802_3, "802_3"},	    {ETH_P_ALL, "all"},		  {ETH_P_802_2, "802_2"},
	{ETH_P_IP, "ip"},	    {ETH_P_ARP, "arp"},		  {ETH_P_RARP, "rarp"},
	{ETH_P_8021Q, "8021q"},	    {ETH_P_IPV6, "ipv6"},	  {ETH_P_SLOW, "slow"},
	{ETH_P_MPLS_UC, "mpls_uc"}, {ETH_P_PPP_DISC, "ppp_disc"}, {ETH_P_PPP_SES, "ppp_ses"},
	{ETH_P_PAE, "pae"},	    {ETH_P_AOE, "aoe"},		  {ETH_P_8021AD, "8021ad"},
	{ETH_P_LLDP, "lldp"},	    {ETH_P_1588, "1588"},	  {ETH_P_FCOE, "fcoe"},
	{ETH_P_FIP, "fip"},	    {ETH_P_LOOPBACK, "loopback"},
};

/* BTPROTO_*, which no header of the kernel tells programs. */
static const Word bluetooth_protocols[] = {
	{0, "l2cap"}, {1, "hci"},  {2, "sco"},	{3, "rfcomm"},
	{4, "bnep"},  {5, "cmtp"}, {6, "hidp"}, {7, "avdtp"},
};

static const Word can_protocols[] = {
	{1, "raw"},
	{2, "bcm"},
	{6, "isotp"},
	{7, "j1939"},
};

static const Word states[] = {
	{TCP_ESTABLISHED, "ESTABLISHED"},
	{TCP_SYN_SENT, "SYN_SENT"},
	{TCP_SYN_RECV, "SYN_RECV"},
	{TCP_FIN_WAIT1, "FIN_WAIT1"},
	{TCP_FIN_WAIT2, "FIN_WAIT2"},
	{TCP_TIME_WAIT, "TIME_WAIT"},
	{TCP_CLOSE, "CLOSE"},
	{TCP_CLOSE_WAIT, "CLOSE_WAIT"},
	{TCP_LAST_ACK, "LAST_ACK"},
	{TCP_LISTEN, "LISTEN"},
	{TCP_CLOSING, "CLOSING"},
	{12, "NEW_SYN_RECV"},
	{13, "BOUND_INACTIVE"},
};

#define find(words, number) find_word(words, G_N_ELEMENTS(words), number)

const char *
pv_socket_family_name(const PvSocket *socket)
{
	return (socket->known & PV_SOCKET_FAMILY) != 0 ? find(families, socket->family) : NULL;
}

const char *
pv_socket_type_name(const PvSocket *socket)
{
	return (socket->known & PV_SOCKET_TYPE) != 0 ? find(types, socket->type) : NULL;
}

const char *
pv_socket_protocol_name(const PvSocket *socket)
{
	if ((socket->known & PV_SOCKET_PROTOCOL) == 0)
		return NULL;
	switch (socket->family) {
	case AF_INET:
	case AF_INET6:
		return find(inet_protocols, socket->protocol);
	case AF_NETLINK:
		return find(netlink_protocols, socket->protocol);
	case AF_PACKET:
		return find(packet_protocols, socket->protocol);
	case AF_BLUETOOTH:
		return find(bluetooth_protocols, socket->protocol);
	case AF_CAN:
		return find(can_protocols, socket->protocol);
	default:
		return NULL;
	}
}

/* Whether TCP_CLOSE is said of a connection. */
static gboolean
has_connections(const PvSocket *socket)
{
	return (socket->family == AF_INET || socket->family == AF_INET6 ||
		socket->family == AF_SMC) &&
	       socket->type != SOCK_DGRAM && socket->type != SOCK_RAW;
}

/* NETLINK_CONNECTED is 1, as TCP_ESTABLISHED, and its opposite 0 (net/netlink/af_netlink.c). */
const char *
pv_socket_state_name(const PvSocket *socket)
{
	if ((socket->known & PV_SOCKET_STATE) == 0)
		return NULL;
	if (socket->state == TCP_CLOSE && !has_connections(socket))
		return "UNCONNECTED";
	if (socket->state == 0 && socket->family == AF_NETLINK)
		return "UNCONNECTED";
	return find(states, socket->state);
}

gboolean
pv_socket_is_listening(const PvSocket *socket)
{
	return (socket->known & PV_SOCKET_STATE) != 0 && socket->state == TCP_LISTEN;
}
