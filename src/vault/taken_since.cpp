#include "vault/taken_since.hpp"

#include "audit/log_reader.hpp"
#include "crypto/key_words.hpp"
#include "pipeline/logged_values.hpp"
#include "schema/schema.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rookery::messages {
namespace {

/// Whose right it is that a row gives.
enum class Whose : std::uint8_t {
    its_own,    // the row is the credential
    the_users,  // the row is the user
    of_one,     // the row is a pair with a user
    of_many,    // whoever that may be
};

struct Giving {
    std::string_view table;
    Whose whose;
};

// Every table of rows that decide access, but the organization's, whose row gives nobody anything.
constexpr std::array givings = {
    Giving{"rky_credential", Whose::its_own},
    Giving{"systemuser", Whose::the_users},
    Giving{"teammembership", Whose::of_one},
    Giving{"systemuserroles", Whose::of_one},
    Giving{"systemuserprofiles", Whose::of_one},
    Giving{"teamroles", Whose::of_many},
    Giving{"teamprofiles", Whose::of_many},
    Giving{"roleprivileges", Whose::of_many},
    Giving{"role", Whose::of_many},
    Giving{"team", Whose::of_many},
    Giving{"businessunit", Whose::of_many},
    Giving{"fieldsecurityprofile", Whose::of_many},
    Giving{"fieldpermission", Whose::of_many},
};

constexpr int attempts_passed_over = 1000;

// What rows are called decides nothing.
constexpr std::array names_only = {
    std::string_view{"name"}, std::string_view{"fullname"}, std::string_view{"domainname"}};

const audit::ExtraValue* extra_named(const audit::Event& event, std::string_view name) {
    const auto found =
        std::ranges::find_if(event.extras, [&](const auto& one) { return one.first == name; });
    return found == event.extras.end() ? nullptr : &found->second;
}

std::optional<std::uint64_t> number_in(const audit::Event& event, std::string_view name) {
    const auto* value = extra_named(event, name);
    const auto* number = value == nullptr ? nullptr : std::get_if<std::uint64_t>(value);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

std::string_view text_in(const audit::Event& event, std::string_view name) {
    const auto* value = extra_named(event, name);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return text == nullptr ? std::string_view{} : std::string_view(*text);
}

/// Whether the change may have taken a right: a row that went, or one in which something else than a name changed. A row that
/// is new takes nothing.
bool may_take(const audit::Event& event) {
    if (!event.row_versions || event.row_versions->before == 0) return false;
    const auto& [before, after] = *event.row_versions;
    if (before == after) return false;
    const auto changed = [](const auto& extra) {
        const std::string_view name = extra.first;
        if (!name.ends_with(before_suffix)) return false;
        const auto column = name.substr(0, name.size() - before_suffix.size());
        return std::ranges::find(names_only, column) == names_only.end();
    };
    return after == 0 || event.action == audit::Action::remove ||
           std::ranges::any_of(event.extras, changed);
}

/// The user of a pair that ended.
std::optional<Uuid> user_of_pair(const audit::Event& event) {
    return Uuid::parse(text_in(event, "systemuserid" + std::string(before_suffix)));
}

bool is_about_record_kek(const audit::Event& event) {
    return text_in(event, "purpose") == crypto::name(crypto::Purpose::record_kek);
}

void note_rights(TakenSince& taken, std::uint64_t index, const audit::Event& event) {
    const auto giving = std::ranges::find(givings, std::string_view(event.table), &Giving::table);
    if (giving == givings.end() || !event.record) return;
    // A confirmation gives, and never takes; the mark that it sets has a value before as well.
    if (event.action == audit::Action::credential_confirm || !may_take(event)) return;
    switch (giving->whose) {
        case Whose::its_own:
            taken.credentials.insert(*event.record);
            return;
        case Whose::the_users:
            taken.users.insert(*event.record);
            return;
        case Whose::of_one:
            if (const auto user = user_of_pair(event)) {
                taken.users.insert(*user);
                return;
            }
            break;
        case Whose::of_many:
            break;
    }
    if (!taken.from_many) taken.from_many = index;
}

void note_compromise(TakenSince& taken, const audit::Event& event) {
    const bool said =
        event.outcome == audit::Outcome::intent || event.outcome == audit::Outcome::success;
    if (!said || !is_about_record_kek(event)) return;
    // A person's word counts as soon as it is said: whether the job got to it does not matter.
    if (const auto version = number_in(event, "kek")) {
        taken.compromised.insert(static_cast<std::uint32_t>(*version));
    } else if (text_in(event, "kek") == "all") {
        taken.all_compromised = std::max(taken.all_compromised.value_or(event.time), event.time);
    }
}

void note_purge(TakenSince& taken, const audit::Event& event) {
    const bool approved =
        event.outcome == audit::Outcome::intent && text_in(event, "act") == "approve";
    if (event.outcome != audit::Outcome::success && !approved) return;
    const auto* table = schema::table(event.table);
    if (table == nullptr || !event.record) return;
    const storage::RowRef record{table->id, *event.record};
    if (std::ranges::find(taken.purged, record) == taken.purged.end()) {
        taken.purged.push_back(record);
    }
}

/// A retained record that ended; what was a part of it goes with it.
void note_retained_end(TakenSince& taken, const audit::Event& event) {
    const auto* table = schema::table(event.table);
    if (table == nullptr || table->bin != schema::Bin::own || !event.record) return;
    taken.retained_ended.push_back({table->id, *event.record});
}

void note_way(TakenSince& taken, const audit::Event& event) {
    if (event.outcome != audit::Outcome::success) return;
    if (event.action == audit::Action::root_rekey) {
        taken.ways.emplace_back("a new root key was drawn");
        return;
    }
    const auto slot = number_in(event, "slot");
    taken.ways.push_back(
        "slot " + (slot ? std::to_string(*slot) : std::string("?")) + " '" +
        std::string(text_in(event, "label")) + "' was removed"
    );
}

/// Whether the newest entry before this one that took the vault's keys is that of an orderly end: attempts to unseal may follow.
bool is_closed_before(const audit::LogReader& log, std::uint64_t index) {
    for (int i = 0; index != 0 && i < attempts_passed_over; ++i) {
        const auto entry = log.read(--index, audit::Sections::core);
        if (!entry) return false;
        if (!entry->while_sealed) return entry->event.action == audit::Action::log_close;
    }
    return false;
}

}  // namespace

void TakenSince::note(std::uint64_t index, const audit::Event& event) {
    using audit::Action;
    orderly = event.action == Action::log_close;
    if (event.action == Action::key_compromised) return note_compromise(*this, event);
    if (event.action == Action::purge) return note_purge(*this, event);
    if (event.action == Action::root_rekey || event.action == Action::slot_remove) {
        return note_way(*this, event);
    }
    if (event.outcome != audit::Outcome::success) return;
    if (event.action == Action::key_destroy) {
        const auto version = number_in(event, "kek");
        if (version && is_about_record_kek(event)) {
            destroyed.insert(static_cast<std::uint32_t>(*version));
        }
        return;
    }
    if (event.action == Action::remove && text_in(event, retained_extra) == "ended") {
        return note_retained_end(*this, event);
    }
    if (event.action == Action::credential_revoke && event.record) {
        credentials.insert(*event.record);
        return;
    }
    note_rights(*this, index, event);
}

Result<TakenSince> taken_since(const LogArchive& archive, const crypto::DetailSealer& details) {
    ROOKERY_TRY(const auto log, audit::LogReader::open(archive.view(), &details));
    TakenSince out;
    out.orderly = is_closed_before(log, archive.from());
    for (auto index = archive.from(); index < archive.size(); ++index) {
        const auto entry = log.read(index, audit::Sections::core);
        if (!entry) {
            return fail(
                entry.error().code,
                "entry " + std::to_string(index) +
                    " of the newer log cannot be read: " + entry.error().message,
                "restore with a newer keyring backup, or revoke all credentials: "
                "--revoke-credentials"
            );
        }
        if (!entry->while_sealed) out.note(index, entry->event);
    }
    return out;
}

}  // namespace rookery::messages
