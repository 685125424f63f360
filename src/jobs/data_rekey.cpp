#include "jobs/data_rekey.hpp"

#include "jobs/data_key_walk.hpp"
#include "jobs/key_change.hpp"
#include "jobs/rekey_step.hpp"
#include "messages/rekey_data.hpp"

#include <utility>
#include <vector>

namespace rookery::jobs {
namespace {

using crypto::KeyState;
using crypto::Purpose;
using messages::RekeyCursor;
using storage::RowRef;

class DataKind final : public RekeyKind {
 public:
    DataKind(messages::Vault& vault, const access::Caller& caller, const RekeyCursor& cursor)
        : vault_(vault), cursor_(cursor), keys_(vault, caller, Purpose::record_kek, log_entries) {}

    /// A KEK that lay in a keyring which somebody else may have is no successor of another one there.
    Result<std::uint32_t> choose() override {
        const auto compromised = cursor_.compromised;
        if (compromised == RekeyCursor::nothing) {
            return keys_.next_version(KeyChange::Unused::welcome);
        }
        const auto active = active_kek();
        if (compromised != RekeyCursor::all && compromised != active) return active;
        return keys_.next_version(KeyChange::Unused::left);
    }

    Result<void> renew() override {
        const auto active = active_kek();
        if (active < cursor_.version) {
            ROOKERY_CHECK(keys_.activate(
                cursor_.version,
                is_compromised(active) ? KeyState::compromised : KeyState::decrypt_only
            ));
        }
        for (const auto version : compromised_keks()) {
            ROOKERY_CHECK(
                keys_.move_to(version, KeyState::compromised, audit::Action::key_compromised)
            );
        }
        return {};
    }

    Result<bool> walk(
        const messages::View& view, std::string& key, StepBudget& budget,
        const RekeyVisitor& visitor
    ) override {
        const auto wanted = scope();
        return walk_data_keys(
            view,
            key,
            budget,
            {[&](const RowRef& row, const storage::DataKeyMark& mark) -> Result<bool> {
                 return wanted.takes(mark) ? visitor.row(row) : true;
             },
             visitor.damaged}
        );
    }

    messages::Message message(messages::RekeyBatch batch) override {
        return messages::RekeyData{scope(), std::move(batch)};
    }

    std::string succeeded(std::uint64_t rekeyed) override {
        const auto count = std::to_string(rekeyed) +
                           (rekeyed == 1 ? " data key was replaced" : " data keys were replaced");
        if (cursor_.compromised == RekeyCursor::nothing) {
            return "Every data key is a fresh one, under KEK " + std::to_string(cursor_.version) +
                   " or a later one: " + count + ".";
        }
        return "No data key is left that was under " + compromised_words() + ": " + count +
               ". `rookery key status` says what is left to do.";
    }

    std::string failed(std::uint64_t remaining) override {
        return std::to_string(remaining) + " data keys are, or may be, not fresh.";
    }

    std::uint64_t log_entries = 0;

 private:
    [[nodiscard]] std::uint32_t active_kek() const {
        return vault_.view().keys().keyring.active<Purpose::record_kek>().name.version;
    }

    [[nodiscard]] bool is_compromised(std::uint32_t version) const {
        return cursor_.compromised == RekeyCursor::all ? version < cursor_.version
                                                       : version == cursor_.compromised;
    }

    [[nodiscard]] std::vector<std::uint32_t> compromised_keks() const {
        const auto view = vault_.view();
        std::vector<std::uint32_t> out;
        for (const auto& entry : view.keys().keyring.entries()) {
            if (entry.purpose == Purpose::record_kek && is_compromised(entry.version)) {
                out.push_back(entry.version);
            }
        }
        return out;
    }

    [[nodiscard]] messages::RekeyScope scope() const {
        const bool one =
            cursor_.compromised != RekeyCursor::nothing && cursor_.compromised != RekeyCursor::all;
        return {cursor_.version, one ? cursor_.compromised : 0};
    }

    [[nodiscard]] std::string compromised_words() const {
        if (cursor_.compromised == RekeyCursor::all) {
            return "a KEK of before " + std::to_string(cursor_.version);
        }
        return "KEK " + std::to_string(cursor_.compromised);
    }

    messages::Vault& vault_;
    const RekeyCursor& cursor_;
    KeyChange keys_;
};

}  // namespace

Result<JobStep> DataRekey::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    ROOKERY_TRY(auto cursor, messages::parse_rekey_cursor(at.cursor));
    DataKind kind(vault_, caller_, cursor);
    return rekey_step(vault_, caller_, at, budget, cursor, kind.log_entries, kind);
}

}  // namespace rookery::jobs
