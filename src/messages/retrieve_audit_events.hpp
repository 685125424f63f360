// rky_RetrieveAuditEvents: newest first; reading the log is itself on the log.
#pragma once

#include "audit/event.hpp"
#include "audit/unreadable.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct LogEntry {
    std::uint64_t index = 0;
    std::optional<Instant> time;                  // nothing when the leaf cannot be read
    std::optional<audit::Unreadable> unreadable;  // then the rest says nothing
    bool while_sealed = false;                    // no key vouches for who wrote it
    audit::Event event;
    // Names at the time of reading; empty when unknown. Whether another one was had then: nothing
    // when the entry does not tell.
    std::string actor_name;
    std::string on_behalf_of_name;
    std::string record_name;
    std::optional<bool> actor_renamed;
    std::optional<bool> record_renamed;
    std::map<std::string, std::string> names;  // of ids in the event's rule and extras
    std::vector<std::string> names_unsure;     // of those, whose row was changed since
};

struct LogReply {
    std::uint64_t log_size = 0;  // entries when it was read, before its own
    std::optional<Uuid> record;  // that was asked for, by whatever name
    std::vector<LogEntry> entries;
    std::optional<std::uint64_t> next_below;
    std::string checkpoint;  // signed note, newest published
};

struct RetrieveAuditEvents {
    std::optional<Uuid> record;
    std::string unique_handle_id;  // of the record that has it now; empty: of any
    std::optional<Uuid> actor;
    std::optional<ByteArray<8>> credential;  // identity::fingerprint
    std::optional<Instant> since;
    std::uint64_t from = 0;              // index: older entries were seen before
    std::optional<std::uint64_t> below;  // index: continue a page
    std::uint32_t top = 50;              // 1..1000

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
