#include "CFixedPort.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_uint wished_port;

void fixed_port_wish(uint16_t port)
{
    atomic_store(&wished_port, port);
}

/// Stands in for the C library's `bind` in the whole process: librdkafka's reference to `bind` is resolved to the
/// executable first. Every call but the wished one passes through unchanged.
int bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
    struct sockaddr_in internet;
    if (address && address->sa_family == AF_INET && length >= sizeof(internet)) {
        memcpy(&internet, address, sizeof(internet));
        if (internet.sin_addr.s_addr == htonl(INADDR_LOOPBACK) && internet.sin_port == 0) {
            // Accepted connections inherit this. Without it each response but the first of several waits for the
            // client's delayed acknowledgement, 40 ms.
            int on = 1;
            setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            unsigned port = atomic_exchange(&wished_port, 0);
            if (port) {
                // The connections of a broker that was just killed may still occupy the port.
                setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
                internet.sin_port = htons((uint16_t)port);
                return (int)syscall(SYS_bind, descriptor, &internet, sizeof(internet));
            }
        }
    }
    return (int)syscall(SYS_bind, descriptor, address, length);
}

bool fixed_port_is_free(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return false;
    int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    bool is_free = port == 0 || syscall(SYS_bind, descriptor, &address, sizeof(address)) == 0;
    close(descriptor);
    return is_free;
}
