#include "rights/attempts.hpp"

#include "schema/known_tables.hpp"
#include "schema/token_history.hpp"
#include "vault/genesis.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace rookery::rights {
namespace {

using messages::Input;
using messages::InputValue;
using messages::Message;
using messages::Target;
using schema::Depth;
using test::TestVault;
namespace known = schema::known;

InputValue copy(const InputValue& value) {
    return std::visit(
        [](const auto& held) -> InputValue {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, SecretBytes>) {
                return held.expose([](ByteView bytes) { return SecretBytes::copy_of(bytes); });
            } else {
                return held;
            }
        },
        value
    );
}

Target at(const Aim& aim) { return {&aim.table, aim.row}; }

/// A change of one column that a right may hang on.
struct Change {
    std::string_view table;
    std::string words;
    std::string_view column;
    std::function<InputValue(const Aim&)> value;
};

std::function<InputValue(const Aim&)> constant(InputValue value) {
    const auto shared = std::make_shared<InputValue>(std::move(value));
    return [shared](const Aim&) { return copy(*shared); };
}

/// A row of the scene by its name.
std::function<InputValue(const Aim&)> lookup(std::string_view table, std::string name) {
    return [table, name](const Aim& aim) -> InputValue {
        return TestVault::target(table, aim.scene[name]);
    };
}

std::function<InputValue(const Aim&)> token() {
    return [](const Aim&) -> InputValue { return SecretBytes::copy_of("a later one"); };
}

std::vector<Change> changes() {
    const auto identity = Uuid{{0x1d, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 9}};
    std::vector<Change> out = {
        {"systemuser", "move it", "businessunitid", lookup("businessunit", "coast")},
        {"systemuser", "disable it", "isdisabled", constant(true)},
        {"systemuser", "enable it", "isdisabled", constant(false)},
        {"systemuser", "make it administrative", "accessmode", constant(std::int64_t{1})},
        {"systemuser", "make it read and write", "accessmode", constant(std::int64_t{0})},
        {"systemuser", "map an application", "applicationid", constant(identity)},
        {"systemuser", "map an Entra user", "azureactivedirectoryobjectid", constant(identity)},
        {"systemuser", "rename it", "lastname", constant(std::string("renamed"))},
        {"team", "move it", "businessunitid", lookup("businessunit", "coast")},
        {"team", "rename it", "name", constant(std::string("renamed"))},
        {"businessunit", "move it", "parentbusinessunitid", lookup("businessunit", "coast")},
        {"businessunit", "disable it", "isdisabled", constant(true)},
        {"businessunit", "enable it", "isdisabled", constant(false)},
        {"role", "let it be inherited", "isinherited", constant(std::int64_t{1})},
        {"role", "end its inheritance", "isinherited", constant(std::int64_t{0})},
        {"fieldsecurityprofile", "rename it", "name", constant(std::string("renamed"))},
        {"retentionconfig", "rename it", "name", constant(std::string("renamed"))},
        {"retentionconfig",
         "activate it",
         "statuscode",
         constant(schema::retention_config::scheduled)},
        {"duplicaterule", "rename it", "name", constant(std::string("renamed"))},
        {"duplicaterule", "let case count", "iscasesensitive", constant(true)},
        {"duplicaterulecondition", "ignore blanks", "ignoreblankvalues", constant(true)},
        {"fieldpermission", "let it unmask", "canreadunmasked", constant(std::int64_t{3})},
        {"fieldpermission", "let it read", "canread", constant(std::int64_t{4})},
        {"fieldpermission", "let it update", "canupdate", constant(std::int64_t{4})},
        {"fieldpermission", "forbid it to read", "canread", constant(std::int64_t{0})},
        {"msdyn_octwitterhandlesecret", "change its token", "msdyn_useraccesstoken", token()},
        {"msdyn_octwitterapplication", "change its key", "msdyn_securetwitterconsumerkey", token()},
        {"msdyn_octwitterhandlesecret",
         "bind it to an application",
         "msdyn_octwitterapplicationid",
         lookup("msdyn_octwitterapplication", "application")},
        {"msdyn_octwitterhandlesecret",
         "bind it to a handle",
         "msdyn_octwitterhandleid",
         lookup("msdyn_octwitterhandle", "handle")},
    };
    for (const auto* table :
         {&known::msdyn_octwitterhandlesecret,
          &known::msdyn_octwitterhandle,
          &known::msdyn_octwitterapplication}) {
        const std::vector<Change> of_records = {
            {table->name,
             "assign it to oneself",
             "ownerid",
             [](const Aim& aim) -> InputValue {
                 return TestVault::target("systemuser", aim.caller);
             }},
            {table->name, "assign it to a reader", "ownerid", lookup("systemuser", "taker")},
            {table->name, "assign it to a team", "ownerid", lookup("team", "social")},
            {table->name, "make it inactive", "statecode", constant(std::int64_t{1})},
            {table->name, "make it active", "statecode", constant(std::int64_t{0})},
            {table->name, "rename it", "msdyn_name", constant(std::string("renamed"))},
        };
        out.insert(out.end(), of_records.begin(), of_records.end());
    }
    return out;
}

/// What makes a new row one that matters.
Input new_row(const Aim& aim, bool with_id) {
    Input out;
    const auto put = [&](std::string_view column, InputValue value) {
        out.cells.push_back(TestVault::cell(aim.table.name, column, std::move(value)));
    };
    const auto unit = [&] { return TestVault::target("businessunit", aim.scene["north"]); };
    const auto name = Ids::numbered("new", aim.new_id);
    if (with_id) put(aim.table.primary_id, aim.new_id);
    if (aim.table.column("msdyn_name") != nullptr) {
        put("msdyn_name", name);
        put("ownerid", TestVault::target("team", aim.scene["social"]));
        for (const auto& [table, column] : Scene::sealed) {
            if (table == aim.table.name) put(column, SecretBytes::copy_of("a new one"));
        }
    } else if (&aim.table == &known::systemuser) {
        put("domainname", name);
        put("businessunitid", unit());
    } else if (&aim.table == &known::businessunit) {
        put("name", name);
        put("parentbusinessunitid", unit());
    } else if (&aim.table == &known::fieldpermission) {
        put("fieldsecurityprofileid",
            TestVault::target("fieldsecurityprofile", aim.scene["profile spare"]));
        put("entityname", std::string(Scene::sealed[0].table));
        put("attributelogicalname", std::string(Scene::sealed[0].column));
        put("canread", std::int64_t{4});
        put("canreadunmasked", std::int64_t{3});
    } else if (&aim.table == &known::duplicaterule) {
        put("name", name);
        put("baseentityname", std::string(known::msdyn_octwitterhandle.name));
    } else if (aim.table.column("name") != nullptr) {
        put("name", name);
        if (aim.table.column("businessunitid") != nullptr) put("businessunitid", unit());
    }
    return out;
}

/// The lookups of the table whose other side is one of our collections.
std::vector<const schema::Relationship*> collections_of(const schema::Table& table) {
    std::vector<const schema::Relationship*> out;
    for (const auto& one : schema::relationships()) {
        const auto* parent = schema::table(one.referenced);
        if (one.referencing == table.name && one.built && parent != nullptr && !parent->outside &&
            !one.collection_nav.empty()) {
            out.push_back(&one);
        }
    }
    return out;
}

/// Rows that one of a table may be linked to: those with power, the caller, and the vault's own.
struct Other {
    std::string_view table;
    std::string words;
    std::function<Uuid(const Aim&)> id;
};

const std::vector<Other>& others() {
    const auto named = [](std::string name) {
        return [name](const Aim& aim) { return aim.scene[name]; };
    };
    const auto fixed = [](const Uuid& id) { return [id](const Aim&) { return id; }; };
    static const std::vector<Other> out = {
        {"systemuser", "the taker", named("taker")},
        {"systemuser", "oneself", [](const Aim& aim) { return aim.caller; }},
        {"systemuser", "SYSTEM", fixed(messages::system_user)},
        {"team", "a team with records", named("social")},
        {"businessunit", "a unit", named("north")},
        {"role", "the security role", named("role security")},
        {"role", "System Administrator", fixed(messages::system_administrator_role)},
        {"role", "the vault's role", fixed(messages::system_role)},
        {"fieldsecurityprofile", "a profile that unmasks", named("profile unmask all")},
        {"fieldsecurityprofile", "a profile that writes", named("profile writer")},
        {"msdyn_octwitterapplication", "an application", named("application")},
        {"msdyn_octwitterhandle", "a handle", named("handle")},
        {"privilege",
         "the grant",
         fixed(schema::privilege_id(*schema::privilege(schema::prv_grant_unmask)))},
    };
    return out;
}

template <class M>
void add_links(std::vector<Attempt>& out, const schema::Table& table, std::string_view word) {
    const auto words = [&](const Other& other, std::string_view by) {
        return std::string(word) + " " + other.words + " by " + std::string(by);
    };
    for (const auto& one : schema::associations()) {
        for (const bool is_first : {true, false}) {
            if ((is_first ? one.first : one.second) != table.name) continue;
            const auto* far = schema::table(is_first ? one.second : one.first);
            for (const auto& other : others()) {
                if (other.table != far->name) continue;
                const auto make = [&one, far, &other](const Aim& aim) -> Message {
                    M message;
                    message.association = &one;
                    message.parent = at(aim);
                    message.child = {far, other.id(aim)};
                    return message;
                };
                out.push_back({words(other, one.name), make});
            }
        }
    }
    for (const auto* one : collections_of(table)) {
        const auto* parent = schema::table(one->referenced);
        const auto other = std::ranges::find(others(), parent->name, &Other::table);
        if (other == others().end()) continue;
        const auto id = other->id;
        out.push_back({words(*other, one->name), [one, parent, id](const Aim& aim) -> Message {
                           M message;
                           message.relationship = one;
                           message.parent = {parent, id(aim)};
                           message.child = at(aim);
                           return message;
                       }});
    }
}

/// All that the lookups of the table lead to, as far as one request takes.
std::vector<messages::Expansion> to_all(const schema::Table& table, bool unmasked) {
    constexpr std::size_t most = 15;
    std::vector<messages::Expansion> out;
    for (const auto& column : table.columns) {
        if (!column.is_lookup() || out.size() == most) continue;
        messages::Expansion one;
        one.path = column.name;
        one.lookup = &column;
        for (const auto name : column.targets) {
            const auto* target = schema::table(name);
            if (target == nullptr || target->outside) continue;
            one.to.emplace_back().table = target;
            one.to.back().selection.unmasked = unmasked;
        }
        if (!one.to.empty()) out.push_back(std::move(one));
    }
    return out;
}

/// A condition on each of the rows that the table's lookups lead to, and on those that lead to its own.
messages::Filter on_related_rows(const schema::Table& table) {
    std::vector<messages::Filter> terms;
    const auto add = [&](messages::Hop hop) {
        messages::Related related;
        related.hop = hop;
        related.how = messages::Quantifier::some;
        terms.push_back({std::move(related)});
    };
    for (const auto& one : schema::relationships()) {
        const auto* from = schema::table(one.referencing);
        const auto* to = schema::table(one.referenced);
        if (from == nullptr || to == nullptr || from->outside || to->outside) continue;
        const auto* column = from->column(one.referencing_column);
        if (column == nullptr) continue;
        if (from == &table) add({one.name, to, column, nullptr, nullptr});
        if (to == &table) add({one.name, from, nullptr, column, nullptr});
    }
    for (const auto& one : schema::associations()) {
        if (one.first == table.name)
            add({one.name, schema::table(one.second), nullptr, nullptr, &one});
        if (one.second == table.name)
            add({one.name, schema::table(one.first), nullptr, nullptr, &one});
    }
    return {messages::Any{std::move(terms)}};
}

/// By all that may be grouped by, as far as one aggregation takes.
messages::RetrieveAggregate groups_of(const schema::Table& table) {
    messages::RetrieveAggregate out;
    out.table = &table;
    auto& asked = out.aggregation;
    asked.aggregates.push_back({messages::AggregateFunction::count, nullptr, "n"});
    for (const auto& column : table.columns) {
        const bool open = column.may(schema::can::filter) && column.type != schema::Type::sealed;
        if (!open || asked.keys.size() + 1 == messages::aggregation_terms_max) continue;
        asked.keys.push_back({&column, messages::DatePart::none, std::string{column.name}});
    }
    return out;
}

void add_reads(std::vector<Attempt>& out, const schema::Table& table) {
    out.push_back({"group them", [](const Aim& aim) -> Message { return groups_of(aim.table); }});
    for (const bool unmasked : {false, true}) {
        const std::string how = unmasked ? " in clear" : "";
        out.push_back({"retrieve it" + how, [unmasked](const Aim& aim) -> Message {
                           messages::Retrieve message;
                           message.target = at(aim);
                           message.selection.unmasked = unmasked;
                           return message;
                       }});
        out.push_back(
            {"retrieve it with what it leads to" + how,
             [unmasked](const Aim& aim) -> Message {
                 messages::Retrieve message;
                 message.target = at(aim);
                 message.selection.unmasked = unmasked;
                 message.expanded = to_all(aim.table, unmasked);
                 return message;
             }}
        );
        out.push_back(
            {"list by what is related to its rows" + how,
             [unmasked](const Aim& aim) -> Message {
                 messages::RetrieveMultiple message;
                 message.table = &aim.table;
                 message.selection.unmasked = unmasked;
                 message.filter = on_related_rows(aim.table);
                 return message;
             }}
        );
        out.push_back({"list" + how, [unmasked](const Aim& aim) -> Message {
                           messages::RetrieveMultiple message;
                           message.table = &aim.table;
                           message.selection.unmasked = unmasked;
                           return message;
                       }});
    }
    if (table.column("statecode") != nullptr) {
        out.push_back({"ask whether it may be inactive", [](const Aim& aim) -> Message {
                           messages::IsValidStateTransition message;
                           message.target = at(aim);
                           message.state = 1;
                           message.status = 2;
                           return message;
                       }});
    }
    if (!table.tracks_changes) return;
    out.push_back({"list it and track its changes", [](const Aim& aim) -> Message {
                       messages::RetrieveMultiple message;
                       message.table = &aim.table;
                       message.track_changes = true;
                       return message;
                   }});
    for (const bool count : {false, true}) {
        out.push_back(
            {count ? "count its changes" : "ask for its changes",
             [count](const Aim& aim) -> Message {
                 messages::RetrieveChanges message;
                 message.table = &aim.table;
                 message.count_only = count;
                 message.query_digest = std::string(32, 'q');
                 message.delta_token =
                     aim.scene.delta_token(aim.table, aim.caller, message.query_digest);
                 return message;
             }}
        );
    }
}

void add_creates(std::vector<Attempt>& out) {
    out.push_back({"create", [](const Aim& aim) -> Message {
                       messages::Create message;
                       message.table = &aim.table;
                       message.input = new_row(aim, true);
                       return message;
                   }});
    out.push_back({"create where it is no duplicate", [](const Aim& aim) -> Message {
                       messages::Create message;
                       message.table = &aim.table;
                       message.input = new_row(aim, true);
                       message.duplicates = messages::Duplicates::refused;
                       return message;
                   }});
    out.push_back({"create by an upsert", [](const Aim& aim) -> Message {
                       messages::Upsert message;
                       message.target = {&aim.table, aim.new_id};
                       message.input = new_row(aim, false);
                       return message;
                   }});
    out.push_back({"create one of many", [](const Aim& aim) -> Message {
                       messages::CreateMultiple message;
                       message.table = &aim.table;
                       message.rows.push_back(new_row(aim, true));
                       return message;
                   }});
    out.push_back({"delete it", [](const Aim& aim) -> Message {
                       messages::Delete message;
                       message.target = at(aim);
                       return message;
                   }});
}

/// M brings a row back: as it was, and with other values.
template <class M>
void add_returns(std::vector<Attempt>& out, const std::string& words) {
    const auto add = [&](const std::string& how,
                         std::string_view column,
                         std::function<InputValue(const Aim&)>
                             value) {
        out.push_back({words + how, [column, value = std::move(value)](const Aim& aim) -> Message {
                           M message;
                           message.target = at(aim);
                           if (!value) return message;
                           message.input.cells.push_back(
                               TestVault::cell(aim.table.name, column, value(aim))
                           );
                           return message;
                       }});
    };
    add("", {}, {});
    add(" for oneself", "ownerid", [](const Aim& aim) -> InputValue {
        return TestVault::target("systemuser", aim.caller);
    });
    add(" for a reader", "ownerid", lookup("systemuser", "taker"));
    add(" for a team", "ownerid", lookup("team", "social"));
    add(" inactive", "statecode", [](const Aim&) -> InputValue { return std::int64_t{1}; });
    out.push_back({words + " with another token", [](const Aim& aim) -> Message {
                       M message;
                       message.target = at(aim);
                       for (const auto& [of, column] : Scene::sealed) {
                           if (of != aim.table.name) continue;
                           message.input.cells.push_back(
                               TestVault::cell(of, column, SecretBytes::copy_of("another one"))
                           );
                       }
                       return message;
                   }});
}

/// Of a row that is there, and of one that lies in the recycle bin.
void add_restores(std::vector<Attempt>& out, const schema::Table& table) {
    if (table.bin != schema::Bin::own) return;
    add_returns<messages::Restore>(out, "restore it");
    for (const bool unmasked : {false, true}) {
        out.push_back(
            {unmasked ? "list what was deleted in clear" : "list what was deleted",
             [unmasked](const Aim& aim) -> Message {
                 messages::RetrieveMultiple message;
                 message.table = &aim.table;
                 message.source = messages::RowSource::deleted;
                 message.selection.unmasked = unmasked;
                 return message;
             }}
        );
    }
}

/// Of a row that is there, and of one that is retained.
void add_retentions(std::vector<Attempt>& out, const schema::Table& table) {
    if (table.bin != schema::Bin::own) return;
    out.push_back({"retain it", [](const Aim& aim) -> Message {
                       messages::Retain message;
                       message.target = at(aim);
                       return message;
                   }});
    add_returns<messages::RollbackRetain>(out, "roll its retention back");
    const auto all_rows = [](const Aim& aim, auto message, messages::RowSource source) {
        message.query.table = &aim.table;
        message.query.source = source;
        message.text = "<fetch/>";
        return message;
    };
    out.push_back({"have all of its table retained", [=](const Aim& aim) -> Message {
                       return all_rows(aim, messages::BulkRetain{}, messages::RowSource::live);
                   }});
    out.push_back({"have all that is retained brought back", [=](const Aim& aim) -> Message {
                       return all_rows(
                           aim, messages::BulkRollbackRetain{}, messages::RowSource::retained
                       );
                   }});
    for (const bool of_table : {true, false}) {
        out.push_back(
            {of_table ? "purge what is retained of its table" : "purge all that is retained",
             [of_table](const Aim& aim) -> Message {
                 messages::PurgeRetainedContent message;
                 if (of_table) message.table = &aim.table;
                 return message;
             }}
        );
    }
    for (const bool unmasked : {false, true}) {
        out.push_back(
            {unmasked ? "list what is retained in clear" : "list what is retained",
             [unmasked](const Aim& aim) -> Message {
                 messages::RetrieveMultiple message;
                 message.table = &aim.table;
                 message.source = messages::RowSource::retained;
                 message.selection.unmasked = unmasked;
                 return message;
             }}
        );
    }
}

void add_changes(std::vector<Attempt>& out, const schema::Table& table) {
    for (const auto& change : changes()) {
        if (change.table != table.name) continue;
        const auto input = [change](const Aim& aim) {
            Input cells;
            cells.cells.push_back(TestVault::cell(aim.table.name, change.column, change.value(aim))
            );
            return cells;
        };
        out.push_back({change.words, [input](const Aim& aim) -> Message {
                           messages::Upsert message;
                           message.target = at(aim);
                           message.preconditions.must_exist = true;
                           message.input = input(aim);
                           return message;
                       }});
        out.push_back({change.words + " as one of many", [input](const Aim& aim) -> Message {
                           messages::UpsertMultiple message;
                           message.table = &aim.table;
                           message.rows.push_back({at(aim), input(aim)});
                           return message;
                       }});
        for (const bool twice : {false, true}) {
            const std::string how = twice ? " twice in one" : " as one of many that are there";
            out.push_back({change.words + how, [input, twice](const Aim& aim) -> Message {
                               messages::UpdateMultiple message;
                               message.table = &aim.table;
                               message.rows.push_back({at(aim), input(aim)});
                               if (twice) message.rows.push_back({at(aim), input(aim)});
                               return message;
                           }});
        }
    }
}

void add_role_actions(std::vector<Attempt>& out) {
    constexpr std::pair<std::string_view, std::string_view> privileges[] = {
        {"the grant", schema::prv_grant_unmask},
        {"credentials", schema::prv_manage_credentials},
        {"reading", "prvReadmsdyn_octwitterhandlesecret"},
        {"writing roles", "prvWriteRole"},
    };
    for (const auto& [words, name] : privileges) {
        for (const bool replace : {false, true}) {
            const auto make = [name = name, replace](const Aim& aim) -> Message {
                messages::AddPrivilegesRole message;
                message.role = at(aim);
                message.privileges = {{schema::privilege(name), Depth::global}};
                message.replace = replace;
                return message;
            };
            const std::string verb = replace ? "replace its privileges by " : "give it ";
            out.push_back({verb + std::string(words), make});
        }
    }
    out.push_back({"take reading away", [](const Aim& aim) -> Message {
                       messages::RemovePrivilegeRole message;
                       message.role = at(aim);
                       message.privilege = schema::privilege("prvReadmsdyn_octwitterhandlesecret");
                       return message;
                   }});
}

void add_credentials(std::vector<Attempt>& out, const schema::Table& table) {
    if (&table == &known::systemuser) {
        out.push_back({"make a credential for it", [](const Aim& aim) -> Message {
                           return messages::CreateCredential{aim.row, "new", std::chrono::hours{1}};
                       }});
    }
    if (&table == &known::rky_credential) {
        out.push_back({"revoke it", [](const Aim& aim) -> Message {
                           return messages::RevokeCredential{aim.row};
                       }});
        out.push_back({"confirm it", [](const Aim& aim) -> Message {
                           return messages::ConfirmCredential{aim.row};
                       }});
    }
}

template <class M>
Attempt aimed(std::string words, void (*fill)(M&) = nullptr) {
    return {std::move(words), [fill](const Aim& aim) -> Message {
                M message;
                message.target = at(aim);
                if (fill != nullptr) fill(message);
                return message;
            }};
}

void add_histories(std::vector<Attempt>& out, const schema::Table& table) {
    using namespace messages;
    out.push_back(aimed<RetrieveRecordChangeHistory>("ask for its history"));
    for (const auto& [of, column] : Scene::sealed) {
        if (of != table.name) continue;
        const auto* sealed = table.column(column);
        out.push_back({"ask for the history of a token", [sealed](const Aim& aim) -> Message {
                           RetrieveRecordChangeHistory message;
                           message.target = at(aim);
                           message.attribute = sealed;
                           return message;
                       }});
    }
    out.push_back(aimed<RetrieveAuditDetails>("ask for its details"));
}

/// What clients ask about the rights of others, the caller and a team among them, on this row and on any.
void add_client_questions(std::vector<Attempt>& out, const schema::Table& table) {
    using namespace messages;
    out.push_back({"count", [](const Aim& aim) -> Message {
                       return RetrieveTotalRecordCount{{&aim.table}};
                   }});
    for (const bool there : {false, true}) {
        out.push_back(
            {there ? "ask for its duplicates" : "ask for the duplicates of a row like it",
             [there](const Aim& aim) -> Message {
                 RetrieveDuplicates message;
                 message.base = &aim.table;
                 message.table = &aim.table;
                 if (there) message.id = aim.row;
                 if (!there) message.given = new_row(aim, false);
                 return message;
             }}
        );
    }
    const auto rights_of = [&](std::string words, std::string_view kind, auto id) {
        out.push_back(
            {"ask for the rights on it of " + words,
             [kind, id](const Aim& aim) -> Message {
                 return RetrievePrincipalAccess{{schema::table(kind), id(aim)}, at(aim)};
             }}
        );
    };
    rights_of("oneself", "systemuser", [](const Aim& aim) { return aim.caller; });
    rights_of("an administrator", "systemuser", [](const Aim& aim) { return aim.scene["admin"]; });
    rights_of("a team", "team", [](const Aim& aim) { return aim.scene["social"]; });
    if (&table == &known::systemuser) {
        out.push_back(aimed<RetrieveUserPrivileges>("ask for its privileges"));
    }
    if (&table == &known::team) {
        out.push_back(aimed<RetrieveTeamPrivileges>("ask for its privileges"));
    }
    if (&table == &known::role) {
        out.push_back(aimed<RetrieveRolePrivilegesRole>("ask for its privileges"));
    }
}

/// Rights to read and to pass on, and all of them; with those whom a right may matter to.
template <class M>
void add_shares(std::vector<Attempt>& out, std::string_view word) {
    using schema::Right;
    std::uint32_t all = 0;
    for (const auto& name : schema::right_names) all |= name.access_bit;
    const auto read = schema::name_of(Right::read).access_bit;
    for (const auto rights : {read, all}) {
        for (const auto& other : others()) {
            if (other.table != known::systemuser.name && other.table != known::team.name) continue;
            const auto words = std::string(word) + " " + other.words;
            out.push_back({words, [&other, rights](const Aim& aim) -> Message {
                               M message;
                               message.target = at(aim);
                               message.principal = {schema::table(other.table), other.id(aim)};
                               if constexpr (requires { message.rights; }) message.rights = rights;
                               return message;
                           }});
        }
        if constexpr (std::is_same_v<M, messages::RevokeAccess>) break;
    }
}

/// Its records go to those with power and to others, or with it to another unit.
void add_moves(std::vector<Attempt>& out) {
    for (const auto& other : others()) {
        if (other.table != known::systemuser.name && other.table != known::team.name) continue;
        out.push_back(
            {"give all that it has to " + other.words,
             [&other](const Aim& aim) -> Message {
                 return messages::ReassignObjectsSystemUser{
                     at(aim), {schema::table(other.table), other.id(aim)}};
             }}
        );
        for (const std::string_view unit : {"north", "coast"}) {
            const auto words = "move it and give all that it has to " + other.words;
            out.push_back({words, [&other, unit](const Aim& aim) -> Message {
                               return messages::SetBusinessSystemUser{
                                   at(aim),
                                   {&known::businessunit, aim.scene[std::string(unit)]},
                                   {schema::table(other.table), other.id(aim)}};
                           }});
        }
    }
    out.push_back({"move it with all that it has", [](const Aim& aim) -> Message {
                       return messages::SetBusinessSystemUser{
                           at(aim), {&known::businessunit, aim.scene["coast"]}, at(aim)};
                   }});
}

template <class M>
void add_members(std::vector<Attempt>& out, std::string_view word) {
    for (const auto& other : others()) {
        if (other.table != known::systemuser.name) continue;
        out.push_back({std::string(word) + " " + other.words, [&other](const Aim& aim) -> Message {
                           M message;
                           message.target = at(aim);
                           message.members = {{&known::systemuser, other.id(aim)}};
                           return message;
                       }});
    }
}

void add_questions(std::vector<Attempt>& out, const schema::Table& table) {
    if (!table.has_sealed()) return;
    out.push_back({"ask who could read it", [](const Aim& aim) -> Message {
                       messages::RetrieveWhoCan message;
                       message.target = at(aim);
                       return message;
                   }});
    for (const auto what :
         {messages::Explained::retrieve,
          messages::Explained::assign,
          messages::Explained::set_state,
          messages::Explained::remove}) {
        out.push_back({"ask what would become of a message", [what](const Aim& aim) -> Message {
                           messages::ExplainAccess message;
                           message.user = aim.scene["admin"];
                           message.what = what;
                           message.table = &aim.table;
                           message.record = at(aim);
                           return message;
                       }});
    }
}

void add_token_versions(std::vector<Attempt>& out, const schema::Table& table) {
    if (!schema::has_token_history(table)) return;
    using namespace messages;
    out.push_back(aimed<RetrieveTokenVersions>("list its versions"));
    out.push_back(aimed<RetrieveTokenHolders>("ask who holds its tokens"));
    out.push_back(aimed<RetrieveTokenVersion>("retrieve its current version in clear", [](auto& m) {
        m.selection.unmasked = true;
    }));
    out.push_back(aimed<RetrieveTokenVersion>(
        "retrieve its previous version in clear",
        [](auto& m) {
            m.version = VersionLabel::previous;
            m.selection.unmasked = true;
        }
    ));
    out.push_back(aimed<RestoreTokenVersion>("restore a version", [](auto& m) { m.number = 1; }));
    out.push_back(aimed<AcknowledgeTokenVersion>("acknowledge its version", [](auto& m) {
        m.number = 1;
    }));
    out.push_back(aimed<SetTokenPolicy>("set its policy", [](auto& m) { m.rotation_days = 30; }));
    out.push_back(aimed<PurgeRecord>("ask for its purge"));
    out.push_back(aimed<ApprovePurge>("approve its purge"));
    out.push_back({"list due tokens", [](const Aim& aim) -> Message {
                       RetrieveDueTokens message;
                       message.table = &aim.table;
                       return message;
                   }});
}

template <class M>
Attempt plain(std::string words) {
    return {std::move(words), [](const Aim&) -> Message { return M{}; }};
}

/// Whether it is about a row or a user, and has to be aimed.
// clang-format off
template <class M>
concept Aimed = requires(M m) { m.target; } || requires(M m) { m.table; } || requires(M m) { m.user; } ||
                requires(M m) { m.role; } || requires(M m) { m.credential; } || requires(M m) { m.parent; };

// clang-format on

/// What asks about nothing in particular is tried as it is: a new message of this kind needs no line here.
template <class... Ms>
void add_unaimed(std::vector<Attempt>& out, const std::variant<Ms...>*) {
    const auto add = [&]<class M>(const M& message) {
        if constexpr (!Aimed<M> && !std::is_same_v<M, messages::Rejected>) {
            out.push_back(plain<M>("send " + std::string(message.facts().name)));
        }
    };
    (add(Ms{}), ...);
}

}  // namespace

std::vector<Attempt> attempts_on(const schema::Table& table) {
    std::vector<Attempt> out;
    add_reads(out, table);
    add_creates(out);
    add_changes(out, table);
    add_restores(out, table);
    add_retentions(out, table);
    add_links<messages::Associate>(out, table, "link it to");
    add_links<messages::Disassociate>(out, table, "unlink it from");
    if (&table == &known::role) add_role_actions(out);
    add_credentials(out, table);
    if (&table == &known::systemuser) add_moves(out);
    if (&table == &known::duplicaterule) {
        out.push_back({"publish it", [](const Aim& aim) -> Message {
                           return messages::PublishDuplicateRule{aim.row};
                       }});
        out.push_back({"unpublish it", [](const Aim& aim) -> Message {
                           return messages::UnpublishDuplicateRule{aim.row};
                       }});
    }
    if (&table == &known::team) {
        add_members<messages::AddMembersTeam>(out, "add to its members");
        add_members<messages::RemoveMembersTeam>(out, "remove from its members");
    }
    add_client_questions(out, table);
    if (table.ownership == schema::Ownership::user) {
        add_shares<messages::GrantAccess>(out, "share it with");
        add_shares<messages::ModifyAccess>(out, "share it, and no more, with");
        add_shares<messages::RevokeAccess>(out, "stop sharing it with");
        out.push_back(
            aimed<messages::RetrieveSharedPrincipalsAndAccess>("ask with whom it is shared")
        );
    }
    add_histories(out, table);
    add_questions(out, table);
    add_token_versions(out, table);
    return out;
}

std::vector<Attempt> attempts_without_a_table() {
    std::vector<Attempt> out = {
        {"start a job",
         [](const Aim&) -> Message {
             messages::StartJob message;
             message.name = "scrub";
             return message;
         }},
        {"say how far a job is",
         [](const Aim& aim) -> Message {
             messages::RecordJob message;
             message.id = aim.row;
             return message;
         }},
        plain<messages::RetrieveAccessOf>("ask what he may do"),
        plain<messages::RetrieveAuditEvents>("read the log"),
        {"recover administration",
         [](const Aim& aim) -> Message { return messages::NoteRecovery{aim.scene["admin"]}; }},
        {"say that a record was pushed",
         [](const Aim& aim) -> Message {
             messages::CompletePush message;
             message.table = &aim.table;
             message.id = aim.row;
             message.versionnumber = 1;
             message.outcome = messages::Pushed{};
             return message;
         }},
    };
    add_unaimed(out, static_cast<const Message*>(nullptr));
    return out;
}

}  // namespace rookery::rights
