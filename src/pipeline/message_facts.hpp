// What the pipeline asks of every message M. A message that lacks one of these does not compile; none has a default.
//
//   M::Plan                  its authorized steps, by name
//   facts()                  MessageFacts
//   check_texts()            Errc::invalid_argument for a text of it that holds a token and would be stored in clear
//   admit(asker)             what must be allowed before a single row is read: a caller without the table's privilege, or
//                            without the one for an action, learns nothing, in the same time and text
//   plan(builder)            reads, and judges each step
//   execute(builder, plan)   what then happens: writes, events and the reply
#pragma once

#include "access/decide.hpp"
#include "audit/event.hpp"
#include "pipeline/input.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/on_behalf.hpp"
#include "pipeline/stopped.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::messages {

/// Messages that read or write many rows take turns on the workers.
enum class Cost : std::uint8_t { few_rows, many_rows };

/// Whether it can leave the vault with more than there was. An update may as well: what it replaces is
/// there until the store has been compacted.
enum class Stores : std::uint8_t { nothing_new, something_new };

/// What a message says of itself before anything is read.
struct MessageFacts {
    MessageFacts(
        std::string_view given_name, audit::Action given_action, Named about, Cost given_cost,
        Stores given_stores, OnBehalf given_on_behalf
    )
        : name(given_name),
          action(given_action),
          named(about),
          cost(given_cost),
          stores(given_stores),
          on_behalf(given_on_behalf) {}

    std::string_view name;  // Dataverse's ("Retrieve", "Assign", "SetState"…), for the log
    audit::Action action;   // what it would have done, had it been allowed
    Named named;            // for events about a request that did not get far
    Cost cost;
    Stores stores;
    OnBehalf on_behalf;
};

/// What the message names, as far as it is known before the row is read.
[[nodiscard]] inline Named named_by(const Target& target) {
    const auto* id = std::get_if<Uuid>(&target.by);
    return {target.table, id == nullptr ? std::nullopt : std::optional(*id)};
}

/// Who asks, by which state of the rights.
struct Asker {
    const access::Caller& caller;
    const access::Facts& facts;

    [[nodiscard]] access::Decision decide(const access::Needs& needs) const {
        return access::decide(caller, needs, facts);
    }

    [[nodiscard]] access::Decision decide(const schema::Table& table, schema::Right right) const {
        return decide(needs_of_table(table, right));
    }
};

}  // namespace rookery::messages
