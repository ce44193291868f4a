/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Descriptors that are sent over a socket, with one byte for each message.
 */
#pragma once

#include "work.h"

void pass_fds(struct work *w, int socket_fd, const int *fds, unsigned n);
void pass_fd(struct work *w, int socket_fd, int fd);
