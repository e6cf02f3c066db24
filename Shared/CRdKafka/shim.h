#ifndef SHEAF_CRDKAFKA_H
#define SHEAF_CRDKAFKA_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/// Enqueues one copied record. Here because `rd_kafka_producev` is variadic and its other form an array of unions.
/// A null `key` or `value` is Kafka's null; `headers` belongs to librdkafka after success, to the caller otherwise.
static inline rd_kafka_resp_err_t sheaf_produce(
    rd_kafka_t *client, const char *topic, int32_t partition, const void *key, size_t key_length,
    const void *value, size_t value_length, rd_kafka_headers_t *headers, uintptr_t number)
{
    rd_kafka_vu_t arguments[7];
    size_t count = 0;
    arguments[count].vtype = RD_KAFKA_VTYPE_TOPIC;
    arguments[count++].u.cstr = topic;
    arguments[count].vtype = RD_KAFKA_VTYPE_PARTITION;
    arguments[count++].u.i32 = partition;
    arguments[count].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    arguments[count++].u.i = RD_KAFKA_MSG_F_COPY;
    arguments[count].vtype = RD_KAFKA_VTYPE_OPAQUE;
    arguments[count++].u.ptr = (void *)number;
    if (key) {
        arguments[count].vtype = RD_KAFKA_VTYPE_KEY;
        arguments[count].u.mem.ptr = (void *)key;
        arguments[count++].u.mem.size = key_length;
    }
    if (value) {
        arguments[count].vtype = RD_KAFKA_VTYPE_VALUE;
        arguments[count].u.mem.ptr = (void *)value;
        arguments[count++].u.mem.size = value_length;
    }
    if (headers) {
        arguments[count].vtype = RD_KAFKA_VTYPE_HEADERS;
        arguments[count++].u.headers = headers;
    }
    rd_kafka_error_t *error = rd_kafka_produceva(client, arguments, count);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    if (error)
        rd_kafka_error_destroy(error);
    return code;
}

/// librdkafka's table of properties as text, to be freed by the caller. Here because it only writes to a `FILE`.
static inline char *sheaf_property_table(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        return NULL;
    rd_kafka_conf_properties_show(stream);
    fclose(stream);
    return text;
}

#endif
