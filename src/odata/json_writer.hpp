// Writes JSON straight into a reply's wiped buffer. Used by render and render_error only; one thread.
//
// Commas are the writer's business, nesting is the caller's: begin_object and end_object must pair.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/secret.hpp"
#include "base/uuid.hpp"
#include "base/zeroing_allocator.hpp"

namespace rookery::odata {

class JsonWriter {
 public:
    explicit JsonWriter(WipedBuffer& out) : out_(out) {}

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

    /// A text in pieces: begin_text, any number of piece, end_text.
    void begin_text();
    void piece(std::string_view part) { escaped(part); }
    void end_text();

 private:
    void raw(std::string_view bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

    void raw(char c) { out_.push_back(c); }

    void separate() {
        if (comma_) raw(',');
        comma_ = true;
    }

    void open(char bracket) {
        separate();
        raw(bracket);
        comma_ = false;
    }

    void close(char bracket) {
        raw(bracket);
        comma_ = true;
    }

    void escaped(std::string_view value);

    WipedBuffer& out_;
    bool comma_ = false;
};

}  // namespace rookery::odata
