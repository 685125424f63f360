// Byte strings that are not secret, and the big-endian building blocks of every stored format.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;
using Digest = ByteArray<32>;

[[nodiscard]] inline ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[nodiscard]] inline std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Appends big-endian integers and length-prefixed strings to an `Out`. `LP(x)` is u16(size) || x.
template <class Out>
class Writer {
 public:
    Writer() = default;

    explicit Writer(std::size_t reserve) { out_.reserve(reserve); }

    Writer& u8(std::uint8_t v) { return put(v); }

    Writer& u16(std::uint16_t v) { return put(v); }

    Writer& u32(std::uint32_t v) { return put(v); }

    Writer& u64(std::uint64_t v) { return put(v); }

    Writer& bytes(ByteView v) {
        const auto* const first = reinterpret_cast<const typename Out::value_type*>(v.data());
        out_.insert(out_.end(), first, first + v.size());
        return *this;
    }

    Writer& text(std::string_view v) { return bytes(bytes_of(v)); }

    /// Precondition: at most 65535 bytes.
    Writer& lp(ByteView v) { return u16(static_cast<std::uint16_t>(v.size())).bytes(v); }

    Writer& lp(std::string_view v) { return lp(bytes_of(v)); }

    [[nodiscard]] std::size_t size() const { return out_.size(); }

    [[nodiscard]] ByteView view() const {
        return {reinterpret_cast<const std::uint8_t*>(out_.data()), out_.size()};
    }

    [[nodiscard]] Out take() && { return std::move(out_); }

 private:
    template <class T>
    Writer& put(T v) {
        for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
            out_.push_back(static_cast<typename Out::value_type>(v >> shift));
        }
        return *this;
    }

    Out out_;
};

using ByteWriter = Writer<Bytes>;
/// For what a store keeps, whose values are strings.
using StringWriter = Writer<std::string>;

/// Reads what a Writer wrote. A read past the end yields zeros or nothing and makes ok() false
/// for good, so a parser checks once at the end.
class ByteReader {
 public:
    explicit ByteReader(ByteView in) : in_(in) {}

    std::uint8_t u8() { return get<std::uint8_t>(); }

    std::uint16_t u16() { return get<std::uint16_t>(); }

    std::uint32_t u32() { return get<std::uint32_t>(); }

    std::uint64_t u64() { return get<std::uint64_t>(); }

    ByteView bytes(std::size_t n) {
        if (n > in_.size()) {
            ok_ = false;
            in_ = {};
            return {};
        }
        const auto head = in_.first(n);
        in_ = in_.subspan(n);
        return head;
    }

    ByteView lp() { return bytes(u16()); }

    template <std::size_t N>
    ByteArray<N> array() {
        ByteArray<N> out{};
        const auto head = bytes(N);
        if (head.size() == N) std::memcpy(out.data(), head.data(), N);
        return out;
    }

    [[nodiscard]] bool ok() const { return ok_; }

    [[nodiscard]] std::size_t left() const { return in_.size(); }

    /// True when everything was read and nothing was missing.
    [[nodiscard]] bool done() const { return ok_ && in_.empty(); }

 private:
    template <class T>
    T get() {
        const auto head = bytes(sizeof(T));
        std::uint64_t v = 0;
        for (const auto byte : head) v = v << 8 | byte;
        return static_cast<T>(v);
    }

    ByteView in_;
    bool ok_ = true;
};

[[nodiscard]] std::string to_hex(ByteView bytes);
/// Lower or upper case; nothing for odd length or another character.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);
/// RFC 4648 section 4, with padding.
[[nodiscard]] std::string to_base64(ByteView bytes);
/// One spelling only: padding required, no blanks, unused bits zero.
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);
/// RFC 4648 section 5, without padding.
[[nodiscard]] std::string to_base64url(ByteView bytes);
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace rookery
