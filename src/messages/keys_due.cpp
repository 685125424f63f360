#include "messages/keys_due.hpp"

#include "crypto/key_uses.hpp"
#include "messages/destroy_key.hpp"
#include "messages/retrieve_key_status.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace rookery::messages {
namespace {

using crypto::KeyEntry;
using crypto::KeyState;
using crypto::Purpose;

/// Times come to whole seconds in files and rows.
bool is_after(Instant a, Instant b) {
    using std::chrono::seconds;
    return std::chrono::floor<seconds>(a) > std::chrono::floor<seconds>(b);
}

std::string kek_name(const KeyEntry& key) { return "record KEK " + std::to_string(key.version); }

class Due {
 public:
    explicit Due(const KeysAsTheyAre& of) : of_(of) {}

    std::vector<std::string> all() {
        for (const auto& key : of_.keys) {
            if (key.purpose == Purpose::record_kek && !of_.kek_job_under_way) look_at_kek(key);
        }
        look_at_row_keys();
        return std::move(out_);
    }

 private:
    void look_at_kek(const KeyEntry& key) {
        switch (key.state) {
            case KeyState::pre_active:
                out_.push_back(
                    kek_name(key) +
                    " was made and never used: a rotation was not finished. `rookery key rotate` "
                    "goes on with it"
                );
                break;
            case KeyState::active:
                look_at_active(key);
                break;
            case KeyState::compromised:
                look_at_compromised(key);
                break;
            case KeyState::decrypt_only:
            case KeyState::destroy_pending:
            case KeyState::destroyed:
                break;
        }
    }

    void look_at_active(const KeyEntry& key) {
        if (of_.kek_uses >= crypto::KeyUses::soft_stop) {
            out_.push_back(
                kek_name(key) + " has wrapped " + std::to_string(of_.kek_uses) +
                " data keys, and at " + std::to_string(crypto::KeyUses::hard_limit) +
                " nothing more can be sealed: `rookery key rotate`"
            );
        }
        const auto age = std::chrono::floor<std::chrono::days>(of_.now - key.changed);
        if (age >= kek_active_max) {
            out_.push_back(
                kek_name(key) + " has been active for " + std::to_string(age.count()) +
                " days: `rookery key rotate`"
            );
        }
    }

    void look_at_compromised(const KeyEntry& key) {
        const auto version = std::to_string(key.version);
        const auto ended = std::ranges::find_if(of_.compromises, [&](const EndedCompromise& one) {
            return one.version == 0 ? key.version < one.successor : key.version == one.version;
        });
        if (ended == of_.compromises.end()) {
            out_.push_back(
                kek_name(key) +
                " is compromised, and data keys may be under it: `rookery key "
                "compromise " +
                version + "`"
            );
            return;
        }
        const auto from = key.changed + key_retired_min;
        out_.push_back(
            kek_name(key) +
            " is compromised, and no data key is under it any more: `rookery key "
            "destroy " +
            version + "`" + (of_.now < from ? " from " + to_iso8601(from) + " on" : std::string{})
        );
    }

    /// When all keys of the keyring may have come into other hands last.
    [[nodiscard]] std::optional<Instant> last_compromise_of_all() const {
        std::optional<Instant> out;
        for (const auto& one : of_.compromises) {
            if (one.version == 0) out = std::max(out.value_or(one.begun), one.begun);
        }
        return out;
    }

    void look_at_row_keys() {
        const auto known = last_compromise_of_all();
        if (!known || of_.row_key_job_under_way) return;
        for (const auto& key : of_.keys) {
            if (key.purpose != Purpose::row || is_after(key.created, *known)) continue;
            const auto version = std::to_string(key.version);
            if (key.state == KeyState::active) {
                out_.push_back(
                    "row key " + version + " is older than the compromise of " +
                    to_iso8601(*known) + ": `rookery key rekey-rows`"
                );
            } else if (key.state == KeyState::decrypt_only && of_.now >= key.changed + key_retired_min) {
                out_.push_back(
                    "row key " + version + " still checks the tags of rows: `rookery key destroy " +
                    version + " --row-key`"
                );
            }
        }
    }

    const KeysAsTheyAre& of_;
    std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> what_is_due(const KeysAsTheyAre& of) { return Due(of).all(); }

}  // namespace rookery::messages
