// SectionReader: takes the fields of an encoded section apart, and remembers whether all of them were as
// they must be. Used by core_section.cpp and priv_section.cpp.
#pragma once

#include "audit/cbor.hpp"
#include "audit/event.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rookery::audit {

/// Takes the fields of a map in ascending order of keys; a wrong type makes ok() false for good.
class SectionReader {
 public:
    explicit SectionReader(const CborMap& map) : map_(map) {}

    /// The value when the next field has this key.
    const CborValue* take(std::uint64_t key) {
        if (next_ == map_.size() || *map_[next_].key.as<std::uint64_t>() != key) return nullptr;
        return &map_[next_++].value;
    }

    const CborValue& need(std::uint64_t key) {
        static const CborValue absent;
        const auto* value = take(key);
        if (value == nullptr) ok_ = false;
        return value == nullptr ? absent : *value;
    }

    std::uint64_t number(
        const CborValue& value, std::uint64_t max = std::numeric_limits<std::uint64_t>::max()
    ) {
        const auto* out = value.as<std::uint64_t>();
        if (out == nullptr || *out > max) ok_ = false;
        return out == nullptr ? 0 : *out;
    }

    template <class Enum>
    Enum code(const CborValue& value) {
        return static_cast<Enum>(number(value, 255));
    }

    std::string text(const CborValue& value) {
        const auto* out = value.as<std::string>();
        if (out == nullptr) ok_ = false;
        return out == nullptr ? std::string{} : *out;
    }

    template <std::size_t N>
    ByteArray<N> fixed(const CborValue& value) {
        ByteArray<N> out{};
        const auto* bytes = value.as<Bytes>();
        if (bytes == nullptr || bytes->size() != N) {
            ok_ = false;
        } else {
            std::ranges::copy(*bytes, out.begin());
        }
        return out;
    }

    template <std::size_t N>
    std::optional<ByteArray<N>> fixed_or_null(const CborValue& value) {
        if (value.as<std::monostate>() != nullptr) return std::nullopt;
        return fixed<N>(value);
    }

    /// Items of an array of `size`, or of any size; null when it is no such array.
    const CborArray* array(const CborValue& value, std::optional<std::size_t> size = {}) {
        const auto* out = value.as<CborArray>();
        if (out == nullptr || (size && out->size() != *size)) {
            ok_ = false;
            return nullptr;
        }
        return out;
    }

    void optional_text(std::uint64_t key, std::string& out) {
        if (const auto* value = take(key)) out = text(*value);
    }

    void optional_number(std::uint64_t key, std::optional<std::uint64_t>& out) {
        if (const auto* value = take(key)) out = number(*value);
    }

    template <std::size_t N>
    void optional_fixed(std::uint64_t key, std::optional<ByteArray<N>>& out) {
        if (const auto* value = take(key)) out = fixed<N>(*value);
    }

    void optional_uuid(std::uint64_t key, std::optional<Uuid>& out) {
        if (const auto* value = take(key)) out = Uuid{fixed<16>(*value)};
    }

    /// What is left once every known key was asked for in order: only higher keys can be.
    std::vector<UnknownField> unknown() {
        std::vector<UnknownField> out;
        for (; next_ < map_.size(); ++next_) {
            out.push_back({*map_[next_].key.as<std::uint64_t>(), encode_cbor(map_[next_].value)});
        }
        return out;
    }

    void fail_if(bool condition) { ok_ = ok_ && !condition; }

    [[nodiscard]] bool ok() const { return ok_; }

 private:
    const CborMap& map_;
    std::size_t next_ = 0;
    bool ok_ = true;
};

/// The map that a section is, of a schema that this program knows. Errc::integrity, or
/// Errc::newer_format for a later schema.
[[nodiscard]] Result<CborMap> section_map(ByteView bytes);

}  // namespace rookery::audit
