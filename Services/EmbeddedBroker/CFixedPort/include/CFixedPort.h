#ifndef SHEAF_CFIXEDPORT_H
#define SHEAF_CFIXEDPORT_H

#include <stdbool.h>
#include <stdint.h>

/// The next socket that is bound to "any port" of the loopback address gets this one instead.
///
/// librdkafka 2.0.2's mock broker always asks for any port. 0 takes the wish back.
void fixed_port_wish(uint16_t port);

/// Whether this port of the loopback address can be listened on now. Port 0 always can.
bool fixed_port_is_free(uint16_t port);

#endif
