#include "rights/trial.hpp"

#include "audit/log_reader.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>
#include <map>

namespace rookery::rights {
namespace {

using messages::Message;

void add_brought(Deed& deed, const schema::Table& table, const messages::Input& input) {
    for (const auto& cell : input.cells) {
        if (std::holds_alternative<SecretBytes>(cell.value)) {
            deed.brings.emplace(table.id, cell.column->id);
        }
    }
}

/// The columns that the request itself brings values for.
void add_brought(Deed& deed, const Message& message) {
    if (const auto* create = std::get_if<messages::Create>(&message)) {
        add_brought(deed, *create->table, create->input);
    }
    if (const auto* upsert = std::get_if<messages::Upsert>(&message)) {
        add_brought(deed, *upsert->target.table, upsert->input);
    }
    if (const auto* many = std::get_if<messages::CreateMultiple>(&message)) {
        for (const auto& row : many->rows) add_brought(deed, *many->table, row);
    }
    if (const auto* many = std::get_if<messages::UpsertMultiple>(&message)) {
        for (const auto& item : many->rows) add_brought(deed, *item.target.table, item.input);
    }
    if (const auto* many = std::get_if<messages::UpdateMultiple>(&message)) {
        for (const auto& item : many->rows) add_brought(deed, *item.target.table, item.input);
    }
}

void add_clear(Reach& out, const messages::ShownRow& row) {
    for (const auto& cell : row.cells) {
        if (std::holds_alternative<SecretBytes>(cell.value)) {
            out.insert({row.row->table->id, row.row->id, cell.column->id});
        }
    }
    for (const auto& link : row.expanded) {
        if (const auto* one = std::get_if<messages::ShownRowPtr>(&link)) add_clear(out, **one);
        const auto* all = std::get_if<std::vector<messages::ShownRowPtr>>(&link);
        if (all == nullptr) continue;
        for (const auto& one : *all) add_clear(out, *one);
    }
}

/// The rows of `relationship` as a collection of each of its parents.
messages::Expansion children_in_clear(
    const schema::Relationship& relationship, const schema::Table& parent
) {
    messages::Expansion out;
    out.path = relationship.collection_nav;
    auto& query = out.to.emplace_back();
    query.table = schema::table(relationship.referencing);
    query.within = messages::Within{{&parent, Uuid{}}, &relationship, nullptr};
    query.selection.unmasked = true;
    return out;
}

}  // namespace

Outcome Trial::run(const Means& means, const Message& message) {
    Deed deed;
    deed.caller = means;
    return send(caller(means), std::move(deed), message);
}

Outcome Trial::run_on_behalf(const Means& means, const Uuid& user, const Message& message) {
    Deed deed;
    deed.caller = means;
    auto both = caller(means);
    both.delegate = means.user;
    both.user = user;
    return send(both, std::move(deed), message, Means{user, {}});
}

Outcome Trial::run_as_system(const Message& message) {
    Deed deed;
    deed.caller.user = vault_.vault().system().user;
    deed.of_the_vault = true;
    return send(vault_.vault().system(), std::move(deed), message);
}

Outcome Trial::send(
    const access::Caller& caller, Deed deed, const Message& message,
    const std::optional<Means>& also
) {
    Outcome out;
    deed.now = vault_.clock().now();
    add_brought(deed, message);
    std::uint64_t first_entry = vault_.vault().view().snapshot().log_size;
    auto receipt = vault_.vault().run(caller, message);
    if (receipt) {
        first_entry = receipt->log_index();
        const auto reply = messages::take_reply(std::move(*receipt));
        if (!reply) out.refused = reply.error();
    } else {
        out.refused = receipt.error();
    }

    const auto changes = image_.read(vault_.vault());
    out.changed = !changes.empty();
    if (!out.changed) return out;
    const auto before = take(changes);
    if (out.refused) {
        out.findings.push_back({"a refused request changes nothing", names_.of(deed.caller)});
    }
    deed.grant_event = says_grant(first_entry);
    auto found = judge(before, state_, changes, deed, names_);
    std::ranges::move(found, std::back_inserter(out.findings));
    if (!also) return out;
    deed.caller = *also;
    auto by_other = judge(before, state_, changes, deed, names_);
    std::ranges::move(by_other, std::back_inserter(out.findings));
    return out;
}

State Trial::take(std::span<const RowChange> changes) {
    names_.learn(changes);
    return std::exchange(state_, state_of(image_.world()));
}

bool Trial::says_grant(std::uint64_t first_entry) {
    const auto view = vault_.vault().view();
    const auto log =
        test::value(audit::LogReader::open(view.store(), &vault_.vault().view().keys().details));
    for (auto index = first_entry; index < log.size(); ++index) {
        const auto entry = test::value(log.read(index, audit::Sections::core));
        const bool granted = std::ranges::any_of(entry.event.extras, [](const auto& extra) {
            return extra.first == "grant";
        });
        if (entry.event.action == audit::Action::grant && granted) return true;
    }
    return false;
}

Means Trial::by(const Uuid& credential) const {
    const auto& found = world().credentials.at(credential);
    return {found.user, credential, found.plaintext, found.administration};
}

access::Caller Trial::caller(const Means& means) const {
    auto out = test::TestVault::caller(means.user);
    if (means.credential.is_nil()) return out;
    out.credential = means.credential;
    const auto found = world().credentials.find(means.credential);
    if (found != world().credentials.end()) out.expires = found->second.expires;
    out.plaintext = means.plaintext;
    out.administration = means.administration;
    return out;
}

/// A ledger that had no time in time is asked again: to read twice changes nothing.
ledger::Receipt Trial::read(const Means& means, const Message& message) {
    constexpr int tries_max = 3;
    for (int tries = 1;; ++tries) {
        auto receipt = vault_.vault().run(caller(means), message);
        const bool late = !receipt && receipt.error().code == Errc::deadline;
        if (!late || tries == tries_max) return test::value(std::move(receipt));
    }
}

Reach Trial::shown(const Means& means, const Message& message) {
    Reach out;
    const auto reply = messages::take_reply(read(means, message));
    if (!reply) return out;
    if (const auto* one = std::get_if<messages::RowReply>(&(*reply)->body)) {
        add_clear(out, one->row);
    }
    if (const auto* list = std::get_if<messages::ListReply>(&(*reply)->body)) {
        for (const auto& row : list->rows) add_clear(out, row);
    }
    return out;
}

std::vector<Finding> Trial::compare(const Means& means, const Reach& shown, const Reach& expected)
    const {
    std::vector<Finding> out;
    const auto find = [&](const Reach& more, const Reach& less, std::string_view rule) {
        for (const auto& cell : more) {
            if (less.contains(cell)) continue;
            out.push_back({std::string(rule), names_.of(means) + ": " + names_.of(cell)});
        }
    };
    find(shown, expected, "nothing is shown in clear but what somebody reaches");
    find(expected, shown, "what somebody reaches is shown in clear");
    return out;
}

std::vector<Finding> Trial::reveal(const Means& means, const Uuid& record) {
    const auto found = world().records.find(record);
    if (found == world().records.end()) return {};
    messages::Retrieve message;
    message.target = {schema::table(found->second.table), record};
    message.selection.unmasked = true;
    auto expected = reach(world(), means);
    std::erase_if(expected, [&](const Cell& cell) { return cell.record != record; });
    return compare(means, shown(means, std::move(message)), expected);
}

std::vector<Finding> Trial::reveal_list(const Means& means, const schema::Table& table) {
    messages::RetrieveMultiple message;
    message.table = &table;
    message.selection.unmasked = true;
    auto expected = reach(world(), means);
    std::erase_if(expected, [&](const Cell& cell) {
        return cell.table != table.id ||
               unmask_level(world(), means.user, Sight::real, cell.table, cell.column) < 3;
    });
    return compare(means, shown(means, std::move(message)), expected);
}

std::vector<Finding> Trial::reveal_expanded(const Means& means, const schema::Table& table) {
    std::vector<Finding> out;
    const auto in_lists = reach(world(), means);
    for (const auto& relationship : schema::relationships()) {
        const auto* parent = schema::table(relationship.referenced);
        if (relationship.referencing != table.name || relationship.collection_nav.empty() ||
            parent == nullptr) {
            continue;
        }
        messages::RetrieveMultiple message;
        message.table = parent;
        message.expanded.push_back(children_in_clear(relationship, *parent));
        for (const auto& cell : shown(means, std::move(message))) {
            const bool reached =
                in_lists.contains(cell) &&
                unmask_level(world(), means.user, Sight::real, cell.table, cell.column) >= 3;
            if (reached) continue;
            out.push_back(
                {"nothing is shown in clear through $expand but what a list shows",
                 names_.of(means) + ": " + names_.of(cell)}
            );
        }
    }
    return out;
}

std::vector<Finding> Trial::count_as_listed(const Means& means, const schema::Table& table) {
    messages::RetrieveMultiple listing;
    listing.table = &table;
    listing.selection.columns.push_back(table.column(table.primary_id));
    messages::RetrieveAggregate counting;
    counting.table = &table;
    counting.aggregation.keys.push_back({table.column("ownerid"), messages::DatePart::none, "owner"}
    );
    counting.aggregation.aggregates.push_back({messages::AggregateFunction::count, nullptr, "n"});
    const auto listed = messages::take_reply(read(means, std::move(listing)));
    const auto counted = messages::take_reply(read(means, std::move(counting)));
    std::map<Uuid, std::int64_t> shown, told;
    if (listed) {
        for (const auto& row : std::get<messages::ListReply>((*listed)->body).rows) {
            ++shown[row.row->get<storage::RowRef>("ownerid")->id];
        }
    }
    if (counted) {
        const auto* groups = messages::reply_as<messages::AggregateReply>((*counted)->body);
        for (const auto& group : groups->groups) {
            told[std::get<storage::RowRef>(group[0].value).id] =
                std::get<std::int64_t>(group[1].value);
        }
    }
    if (listed.has_value() == counted.has_value() && shown == told) return {};
    return {{"what is counted is what a list shows", names_.of(means)}};
}

std::vector<Finding> Trial::compare_with_lists() {
    std::vector<Finding> out;
    for (const auto* table : schema::tables()) {
        if (table->made || table->of_log) continue;  // fixed, or longer with each list; and no rows
        messages::RetrieveMultiple message;
        message.table = table;
        std::set<Uuid> listed, stored;
        const auto list = vault_.run_as_system<messages::ListReply>(std::move(message));
        for (const auto& row : list.rows) listed.insert(row.row->id);
        for (const auto& [key, row] : image_.rows()) {
            if (row.table == table) stored.insert(row.id);
        }
        if (listed != stored || list.next_token) {
            out.push_back({"lists hold the rows that are there", std::string(table->name)});
        }
    }
    return out;
}

}  // namespace rookery::rights
