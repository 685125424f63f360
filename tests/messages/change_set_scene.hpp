// A change set as its sender plans it, on a vault of its own.
#pragma once

#include "messages/change_set.hpp"
#include "messages/sender.hpp"
#include "vault/verify_store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::test::change_set {

using namespace rookery::messages;

inline constexpr std::string_view application = "msdyn_octwitterapplication";
inline constexpr std::string_view handle = "msdyn_octwitterhandle";
inline constexpr std::string_view secret = "msdyn_octwitterhandlesecret";
inline constexpr std::string_view unique = "msdyn_octwitteruniquehandleid";

inline std::string name(std::string_view text) { return std::string{text}; }

/// A set as its sender plans it.
class Run {
 public:
    Run(TestVault& vault, access::Caller caller)
        : vault_(vault),
          caller_(std::move(caller)),
          set_(std::in_place, vault.vault().pipeline(), vault.vault().view()) {}

    /// Errc::count_ when it is part of the set.
    Errc add(Message message) {
        RequestInfo info;
        info.correlation = Uuid::random(random_);
        const auto refused = set_->add(caller_, message, info, work_);
        return refused ? refused->error().code : Errc::count_;
    }

    /// The set holds the store open, so it goes.
    ledger::CommitResult commit() {
        auto pending = std::move(*set_).join();
        set_.reset();
        return vault_.vault().ledger().commit(std::move(pending));
    }

    std::vector<ledger::Receipt> receipts() { return value(ledger::receipt_of(commit())).parts(); }

    ChangeSet& set() { return *set_; }

 private:
    TestVault& vault_;
    access::Caller caller_;
    std::optional<ChangeSet> set_;
    WorkBudget work_;
    SystemRandom random_;
};

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    SystemRandom random;

    Uuid id() { return Uuid::random(random); }

    Run run() { return {vault, vault.vault().system()}; }

    /// Rows, index entries, sums, and each row's newest entry on the log.
    void check_store() {
        REQUIRE(vault.reopen());
        const auto report = value(verify_store(vault.vault()));
        std::string words;
        for (const auto& finding : report.findings)
            words += finding.place + ": " + finding.what + "\n";
        INFO(words);
        CHECK(report.ok());
    }

    std::vector<LogEntry> log() {
        RetrieveAuditEvents message;
        message.top = 1000;
        auto reply = vault.run_as_system<LogReply>(message);
        std::erase_if(reply.entries, [](const auto& entry) {
            return entry.event.action == audit::Action::audit_read;
        });
        return std::move(reply.entries);
    }

    std::uint64_t count(std::string_view table) {
        RetrieveMultiple message;
        message.table = schema::table(table);
        message.count_only = true;
        return vault.run_as_system<CountReply>(std::move(message)).count;
    }
};

template <class... Cells>
Create create(std::string_view table, Cells&&... cells) {
    Create message;
    message.table = schema::table(table);
    message.input = input_of(table, std::forward<Cells>(cells)...);
    return message;
}

template <class... Cells>
Upsert update(std::string_view table, const Uuid& id, Cells&&... cells) {
    Upsert message;
    message.target = TestVault::target(table, id);
    message.preconditions.must_exist = true;
    message.input = input_of(table, std::forward<Cells>(cells)...);
    return message;
}

inline Delete remove(std::string_view table, const Uuid& id) {
    Delete message;
    message.target = TestVault::target(table, id);
    return message;
}

inline Create create_handle(const Uuid& id, const std::string& number) {
    return create(
        handle,
        std::pair{"msdyn_octwitterhandleid", id},
        std::pair{"msdyn_name", "@" + number},
        std::pair{unique, number}
    );
}

template <class M>
M pair_of(std::string_view association, const Uuid& first, const Uuid& second) {
    M message;
    message.association = schema::association(association);
    message.parent = TestVault::target(message.association->first, first);
    message.child = TestVault::target(message.association->second, second);
    return message;
}

}  // namespace rookery::test::change_set
