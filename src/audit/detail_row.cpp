#include "audit/detail_row.hpp"

#include "audit/cbor.hpp"
#include "base/integrity_failure.hpp"

#include <cstring>

namespace rookery::audit {
namespace {

constexpr std::uint8_t row_format = 1;
constexpr std::uint8_t no_index_rows = 0;

}  // namespace

Bytes write_detail_row(
    Section section, std::uint32_t day, const Uuid& event, ByteView salted,
    const crypto::DetailSealer* sealer
) {
    const auto blob_size =
        salted.size() +
        (sealer == nullptr ? 0 : event.bytes.size() + crypto::DetailSealer::overhead);
    const auto encoding =
        sealer == nullptr ? DetailRow::Encoding::clear : DetailRow::Encoding::sealed;
    Bytes out;
    out.reserve(9 + blob_size);
    out.push_back(row_format);
    out.push_back(static_cast<std::uint8_t>(encoding));
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(day >> shift));
    }
    out.push_back(no_index_rows);
    out.push_back(static_cast<std::uint8_t>(blob_size >> 8));
    out.push_back(static_cast<std::uint8_t>(blob_size));
    if (sealer == nullptr) {
        out.insert(out.end(), salted.begin(), salted.end());
    } else {
        out.insert(out.end(), event.bytes.begin(), event.bytes.end());
        sealer->seal_to(out, section, day, event, salted);
    }
    return out;
}

Result<DetailRow> parse_detail_row(ByteView row) {
    ByteReader in{row};
    const auto format = in.u8();
    const auto encoding = in.u8();
    DetailRow out;
    out.day = in.u32();
    out.index_key_version = in.u8();
    out.blob = in.lp();
    if (!in.done() || format != row_format || out.index_key_version != no_index_rows)
        return integrity_failure();
    switch (encoding) {
        case static_cast<std::uint8_t>(DetailRow::Encoding::clear):
            out.encoding = DetailRow::Encoding::clear;
            if (out.blob.size() < salt_bytes) return integrity_failure();
            return out;
        case static_cast<std::uint8_t>(DetailRow::Encoding::sealed):
            out.encoding = DetailRow::Encoding::sealed;
            if (out.blob.size() < 16 + crypto::DetailSealer::overhead + salt_bytes)
                return integrity_failure();
            return out;
        default:
            return integrity_failure();
    }
}

bool belongs_to(const OpenedSection& section, const Event& event) {
    return section.day == crypto::day_of(event.time) &&
           (section.event.is_nil() || section.event == event.id);
}

Result<OpenedSection> open_section(
    Section section, ByteView row, const Leaf& leaf, const crypto::DetailSealer* sealer
) {
    ROOKERY_TRY(const auto parsed, parse_detail_row(row));
    OpenedSection out;
    out.day = parsed.day;
    Bytes opened;
    auto plain = parsed.blob;
    if (parsed.encoding == DetailRow::Encoding::sealed) {
        if (sealer == nullptr) {
            return fail(
                Errc::unavailable, "the log's details are sealed", "unseal the vault to read them"
            );
        }
        out.event = Uuid::from_bytes(parsed.blob.first(16));
        ROOKERY_TRY(opened, sealer->open(section, parsed.day, out.event, parsed.blob.subspan(16)));
        plain = opened;
    }
    if (plain.size() < salt_bytes || plain.size() > salt_bytes + cbor_bytes_max)
        return integrity_failure();
    std::memcpy(out.salt.data(), plain.data(), salt_bytes);
    plain = plain.subspan(salt_bytes);
    const auto made = commitment(section, out.salt, plain);
    const auto& commit = section == Section::core ? leaf.core_commit : leaf.priv_commit;
    if (!constant_time_equal(
            section == Section::core ? core_commit_in(leaf, made) : made, commit
        )) {
        return integrity_failure();
    }
    out.bytes.assign(plain.begin(), plain.end());
    return out;
}

}  // namespace rookery::audit
