// Writes JSON straight into a reply's wiped buffer. Used by render and render_error only; one
// thread.
//
// Commas are the writer's business, nesting is the caller's: begin_object and end_object must pair.
// The buffer has its final size once the outermost bracket is closed; until then it is longer,
// because growing a vector with an allocator of its own copies byte by byte.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "base/uuid.hpp"
#include "base/zeroing_allocator.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rookery::odata {

class JsonWriter {
 public:
    /// `out` is overwritten. `expected_bytes` spares growing, which wipes what it leaves.
    JsonWriter(WipedBuffer& out, std::size_t expected_bytes) : out_(out) {
        out_.resize(expected_bytes);
    }

    void begin_object() { open('{'); }

    void end_object() { close('}'); }

    void begin_array() { open('['); }

    void end_array() { close(']'); }

    /// The name of the next value. It is escaped like any text.
    void key(std::string_view name);
    /// The same in two parts: `name` and an annotation (`@odata.…`).
    void key(std::string_view name, std::string_view annotation);

    void text(std::string_view value);
    void text(const SecretBytes& value);
    void number(std::int64_t value);
    void number(std::uint64_t value);
    void boolean(bool value);
    void null();
    void uuid(const Uuid& id);

    /// What is JSON already: a value, or a member with its name.
    void ready(std::string_view json) {
        separate();
        raw(json);
    }

    /// As to_iso8601 writes it, without the detour through printf.
    void time(Instant value);

    /// A text in pieces: begin_text, any number of piece, end_text.
    void begin_text();

    void piece(std::string_view part) { escaped(part); }

    void end_text();

 private:
    void raw(std::string_view bytes) {
        if (out_.size() - used_ < bytes.size()) grow(bytes.size());
        if (!bytes.empty()) std::memcpy(out_.data() + used_, bytes.data(), bytes.size());
        used_ += bytes.size();
    }

    void raw(char c) {
        if (out_.size() == used_) grow(1);
        out_[used_++] = c;
    }

    void grow(std::size_t more) { out_.resize(out_.size() * 2 + more); }

    void separate() {
        if (comma_) raw(',');
        comma_ = true;
    }

    void open(char bracket) {
        separate();
        raw(bracket);
        comma_ = false;
        ++depth_;
    }

    void close(char bracket) {
        raw(bracket);
        comma_ = true;
        if (--depth_ == 0) out_.resize(used_);
    }

    void escaped(std::string_view value);

    WipedBuffer& out_;
    std::size_t used_ = 0;
    int depth_ = 0;
    bool comma_ = false;
};

}  // namespace rookery::odata
