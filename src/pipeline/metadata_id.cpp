#include "pipeline/metadata_id.hpp"

#include "base/bytes.hpp"
#include "crypto/sha256.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace rookery::messages {
namespace {

ByteView bytes_of_text(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::map<Uuid, SecuredColumn> secured_columns() {
    std::map<Uuid, SecuredColumn> out;
    for (const auto* table : schema::tables()) {
        for (const auto& column : table->columns) {
            if (column.type != schema::Type::sealed || !column.may(schema::can::odata)) continue;
            out.emplace(metadata_id(*table, column), SecuredColumn{table, &column});
        }
    }
    return out;
}

}  // namespace

Uuid metadata_id(std::string_view kind, std::string_view name) {
    const auto digest = crypto::sha256(
        {bytes_of_text("rookery metadata "),
         bytes_of_text(kind),
         bytes_of_text(" "),
         bytes_of_text(name)}
    );
    Uuid out;
    std::copy_n(digest.begin(), out.bytes.size(), out.bytes.begin());
    // RFC 9562 section 5.8: version 8, the variant of that RFC.
    out.bytes[6] = static_cast<std::uint8_t>((out.bytes[6] & 0x0F) | 0x80);
    out.bytes[8] = static_cast<std::uint8_t>((out.bytes[8] & 0x3F) | 0x80);
    return out;
}

Uuid metadata_id(const schema::Table& table, const schema::Column& column) {
    return metadata_id("Attribute", std::string{table.name} + "." + std::string{column.name});
}

SecuredColumn secured_column(const Uuid& metadata_id) {
    static const auto all = secured_columns();
    const auto found = all.find(metadata_id);
    return found == all.end() ? SecuredColumn{} : found->second;
}

}  // namespace rookery::messages
