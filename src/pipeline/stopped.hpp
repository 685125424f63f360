// Stopped: why a message goes no further.
#pragma once

#include "access/decide.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "pipeline/refused.hpp"
#include "schema/schema.hpp"

#include <optional>
#include <utility>

namespace rookery::messages {

/// The table and the record that an event is about, as far as they are known.
struct Named {
    const schema::Table* table = nullptr;
    std::optional<Uuid> record;
};

struct Stopped {
    Stopped(Error given) : error(std::move(given)) {}  // NOLINT: every Error stops a message

    Stopped(Error given, access::Decision made, std::optional<Named> of = std::nullopt)
        : error(std::move(given)), decision(std::move(made)), step(std::move(of)) {}

    /// By a part of the message that was planned by itself, with the entry that says so.
    explicit Stopped(Refused part) : error(part.error()), refused(std::move(part)) {}

    Error error;  // for the caller
    std::optional<access::Decision>
        decision;               // that was made last; a refusal unless something else is in the way
    std::optional<Named> step;  // that it was made for; nothing: the message as a whole
    std::optional<Refused> refused;
};

/// What planning gives: a Result that can also say which decision stopped it.
template <class T>
using Judged = tl::expected<T, Stopped>;

}  // namespace rookery::messages

namespace rookery {

/// So that ROOKERY_TRY passes it on.
[[nodiscard]] inline tl::unexpected<messages::Stopped> fail(messages::Stopped stopped) {
    return tl::unexpected<messages::Stopped>(std::move(stopped));
}

}  // namespace rookery
