#include "audit/section_reader.hpp"

#include "audit/section_writer.hpp"
#include "base/integrity_failure.hpp"

namespace rookery::audit {

Result<CborMap> section_map(ByteView bytes) {
    ROOKERY_TRY(auto value, decode_cbor(bytes));
    auto* map = std::get_if<CborMap>(&value.value);
    if (map == nullptr || map->empty() ||
        *map->front().key.as<std::uint64_t>() != section_schema_key) {
        return integrity_failure();
    }
    const auto* version = map->front().value.as<std::uint64_t>();
    if (version == nullptr || *version == 0) return integrity_failure();
    if (*version > section_schema) {
        return fail(
            Errc::newer_format,
            "a log entry was written by a newer program",
            "use the version of rookery that wrote it, or a newer one"
        );
    }
    return std::move(*map);
}

}  // namespace rookery::audit
