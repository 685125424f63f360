#include "rights/random_requests.hpp"

#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::rights {
namespace {

using messages::Target;
using schema::Right;
namespace known = schema::known;

constexpr unsigned holder_percent = 75;      // of callers who hold what the request needs
constexpr unsigned credential_percent = 25;  // of requests by a credential
constexpr unsigned selfish_percent = 20;     // of requests by which the caller is to gain
constexpr int tries_max = 20;                // to make a request of some kind

constexpr const schema::Table* record_tables[] = {
    &known::msdyn_octwitterhandlesecret,
    &known::msdyn_octwitterhandle,
    &known::msdyn_octwitterapplication,
};

/// The lookups whose collection side can be written: ours, and no table of another product.
std::vector<const schema::Relationship*> collections() {
    std::vector<const schema::Relationship*> out;
    for (const auto& one : schema::relationships()) {
        const auto* child = schema::table(one.referencing);
        const auto* parent = schema::table(one.referenced);
        const bool usable = one.built && child != nullptr && parent != nullptr &&
                            !child->intersect && child->writable && !parent->outside &&
                            !one.collection_nav.empty();
        if (usable) out.push_back(&one);
    }
    return out;
}

messages::Input* values_of(messages::Message& message) {
    if (auto* upsert = std::get_if<messages::Upsert>(&message)) return &upsert->input;
    if (auto* restored = std::get_if<messages::Restore>(&message)) return &restored->input;
    if (auto* back = std::get_if<messages::RollbackRetain>(&message)) return &back->input;
    return nullptr;
}

/// Whoever would own, join, hold or act: it is the caller.
void turn_to(const Uuid& caller, messages::Message& message) {
    const auto user = [&] { return Target{&known::systemuser, caller}; };
    if (auto* values = values_of(message)) {
        for (auto& cell : values->cells) {
            if (cell.column->name == "ownerid") cell.value = user();
        }
    }
    if (auto* pair = std::get_if<messages::Associate>(&message)) {
        if (pair->association != nullptr) {
            for (auto* end : {&pair->parent, &pair->child}) {
                if (end->table == &known::systemuser) *end = user();
            }
        }
    }
    if (auto* credential = std::get_if<messages::CreateCredential>(&message)) {
        credential->user = caller;
    }
    if (auto* share = std::get_if<messages::GrantAccess>(&message)) share->principal = user();
}

}  // namespace

const RandomRequests::Kind RandomRequests::kinds[] = {
    {44, &RandomRequests::update},           {14, &RandomRequests::create},
    {3, &RandomRequests::create_many},       {7, &RandomRequests::upsert_many},
    {7, &RandomRequests::update_many},       {1, &RandomRequests::reassign},
    {2, &RandomRequests::move_user},         {8, &RandomRequests::remove},
    {6, &RandomRequests::restore},           {26, &RandomRequests::associate},
    {8, &RandomRequests::disassociate},      {4, &RandomRequests::relate},
    {1, &RandomRequests::unrelate},          {8, &RandomRequests::add_privileges},
    {2, &RandomRequests::remove_privilege},  {8, &RandomRequests::create_credential},
    {2, &RandomRequests::revoke_credential}, {2, &RandomRequests::confirm_credential},
    {10, &RandomRequests::grant_access},     {3, &RandomRequests::modify_access},
    {2, &RandomRequests::revoke_access},     {6, &RandomRequests::retain},
    {5, &RandomRequests::roll_back_retain},  {1, &RandomRequests::purge_retained},
};

Request RandomRequests::next() {
    unsigned all = 0;
    for (const auto& kind : kinds) all += kind.weight;
    for (int tries = 0; tries < tries_max; ++tries) {
        auto at = draws_.below(all);
        const auto* kind = std::begin(kinds);
        while (at >= kind->weight) at -= (kind++)->weight;
        needs_ = nullptr;
        auto message = (this->*(kind->make))();
        if (!message) continue;
        const auto by = caller();
        if (draws_.chance(selfish_percent)) turn_to(by.user, *message);
        return {by, std::move(*message)};
    }
    return {somebody(), messages::WhoAmI{}};
}

Means RandomRequests::somebody() {
    if (draws_.chance(credential_percent)) {
        if (const auto credential = rows_.live_credential()) return trial_.by(*credential);
    }
    Means out;
    out.user = rows_.row_of(known::systemuser).value_or(Uuid{});
    return out;
}

std::optional<Uuid> RandomRequests::record() {
    return rows_.row_of(
        draws_.chance(70) ? known::msdyn_octwitterhandlesecret : known::msdyn_octwitterapplication
    );
}

Means RandomRequests::caller() {
    if (needs_ == nullptr || !draws_.chance(holder_percent)) return somebody();
    std::vector<Uuid> holders;
    for (const auto& [id, standing] : trial_.state().users) {
        const auto& held = standing.rights[static_cast<std::size_t>(Sight::real)].privileges;
        const bool has = std::ranges::any_of(held, [&](const PrivilegeRight& one) {
            return one.privilege == needs_->id;
        });
        if (has) holders.push_back(id);
    }
    if (holders.empty()) return somebody();
    return {draws_.of(trial_.names().in_order(std::move(holders))), {}};
}

RandomRequests::Made RandomRequests::update() {
    const auto& table = rows_.table();
    auto target = rows_.target_in(table);
    if (!target) return std::nullopt;
    messages::Upsert message;
    message.target = std::move(*target);
    message.preconditions.must_exist = draws_.chance(80);
    message.input = rows_.changed(table);
    const bool assigns = message.input.find("ownerid") != nullptr;
    needs_ = &schema::privilege(table, assigns ? Right::assign : Right::write);
    return message;
}

RandomRequests::Made RandomRequests::create() {
    const auto& table = rows_.table();
    if (rows_.full(table)) return std::nullopt;
    needs_ = &schema::privilege(table, Right::create);
    const auto id = rows_.new_id();
    if (draws_.chance(70)) {
        messages::Create message;
        message.table = &table;
        message.input = rows_.fresh(table, id);
        return message;
    }
    messages::Upsert message;
    message.target = {&table, id};
    message.input = rows_.fresh(table, {});
    return message;
}

RandomRequests::Made RandomRequests::create_many() {
    const auto& table = rows_.table();
    if (rows_.full(table)) return std::nullopt;
    needs_ = &schema::privilege(table, Right::create);
    messages::CreateMultiple message;
    message.table = &table;
    for (int i = 0; i < 2; ++i) message.rows.push_back(rows_.fresh(table, rows_.new_id()));
    return message;
}

RandomRequests::Made RandomRequests::upsert_many() {
    const auto& table = rows_.table();
    needs_ = &schema::privilege(table, Right::write);
    messages::UpsertMultiple message;
    message.table = &table;
    const auto count = 1 + draws_.below(3);
    for (std::size_t i = 0; i < count; ++i) {
        messages::UpsertMultiple::Item item;
        if (!rows_.full(table) && draws_.chance(25)) {
            item.target = {&table, rows_.new_id()};
            item.input = rows_.fresh(table, {});
        } else {
            auto target = rows_.target_in(table);
            if (!target) return std::nullopt;
            item.target = std::move(*target);
            item.input = rows_.changed(table);
        }
        message.rows.push_back(std::move(item));
    }
    return message;
}

/// Some of them name one row twice.
RandomRequests::Made RandomRequests::update_many() {
    const auto& table = rows_.table();
    needs_ = &schema::privilege(table, Right::write);
    messages::UpdateMultiple message;
    message.table = &table;
    const auto count = 1 + draws_.below(3);
    for (std::size_t i = 0; i < count; ++i) {
        auto target = rows_.target_in(table);
        if (!target) return std::nullopt;
        if (i > 0 && draws_.chance(40)) target = message.rows.front().target;
        message.rows.push_back({std::move(*target), rows_.changed(table)});
    }
    return message;
}

RandomRequests::Made RandomRequests::reassign() {
    const auto user = rows_.row_of(known::systemuser);
    if (!user) return std::nullopt;
    needs_ = &schema::privilege(known::msdyn_octwitterhandlesecret, Right::assign);
    return messages::ReassignObjectsSystemUser{{&known::systemuser, *user}, rows_.owner()};
}

RandomRequests::Made RandomRequests::move_user() {
    const auto user = rows_.row_of(known::systemuser);
    const auto unit = rows_.row_of(known::businessunit);
    if (!user || !unit) return std::nullopt;
    needs_ = &schema::privilege(known::systemuser, Right::write);
    const Target moved{&known::systemuser, *user};
    return messages::SetBusinessSystemUser{
        moved, {&known::businessunit, *unit}, draws_.chance(50) ? moved : rows_.owner()};
}

RandomRequests::Made RandomRequests::remove() {
    const auto& table = rows_.table();
    auto target = rows_.target_in(table);
    if (!target) return std::nullopt;
    needs_ = &schema::privilege(table, Right::remove);
    messages::Delete message;
    message.target = std::move(*target);
    return message;
}

RandomRequests::Made RandomRequests::restore() {
    const auto row = rows_.deleted_row();
    if (!row) return std::nullopt;
    const auto& table = *schema::table(row->table);
    needs_ = &schema::privilege(table, Right::create);
    messages::Restore message;
    message.target = {&table, row->id};
    message.input = for_return(table);
    return message;
}

/// Changes now and then, an owner among them.
messages::Input RandomRequests::for_return(const schema::Table& table) {
    if (!draws_.chance(40)) return {};
    auto out = rows_.changed(table);
    std::erase_if(out.cells, [](const messages::InputCell& cell) {
        return cell.column->type == schema::Type::sealed;
    });
    return out;
}

RandomRequests::Made RandomRequests::retain() {
    constexpr const schema::Table* tables[] = {
        &known::msdyn_octwitterhandlesecret,
        &known::msdyn_octwitterhandle,
        &known::msdyn_octwitterapplication};
    const auto& table = *draws_.of(tables);
    auto target = rows_.target_in(table);
    if (!target) return std::nullopt;
    needs_ = schema::privilege(schema::prv_retain);
    messages::Retain message;
    message.target = std::move(*target);
    return message;
}

/// Of a deleted row now and then, which is not for it.
RandomRequests::Made RandomRequests::roll_back_retain() {
    const auto row = draws_.chance(95) ? rows_.retained_row() : rows_.deleted_row();
    if (!row) return std::nullopt;
    needs_ = schema::privilege(schema::prv_retain);
    messages::RollbackRetain message;
    message.target = {schema::table(row->table), row->id};
    message.input = for_return(*message.target.table);
    return message;
}

RandomRequests::Made RandomRequests::purge_retained() {
    const auto row = rows_.retained_row();
    if (!row) return std::nullopt;
    needs_ = schema::privilege(schema::prv_retain);
    messages::PurgeRetainedContent message;
    if (draws_.chance(50)) message.table = schema::table(row->table);
    message.page_size = draws_.chance(80) ? 1 : messages::purge_retained_max;
    return message;
}

template <class M>
RandomRequests::Made RandomRequests::pair(bool there) {
    const auto& association = draws_.of(schema::associations());
    const auto ends = rows_.pair_of(association, there);
    if (!ends) return std::nullopt;
    const auto& first = *schema::table(association.first);
    const auto& second = *schema::table(association.second);
    needs_ = &schema::privilege(first, draws_.chance(50) ? Right::append : Right::write);
    M message;
    message.association = &association;
    message.parent = {&first, ends->first};
    message.child = {&second, ends->second};
    if (draws_.chance(20)) std::swap(message.parent, message.child);
    return message;
}

RandomRequests::Made RandomRequests::associate() { return pair<messages::Associate>(false); }

RandomRequests::Made RandomRequests::disassociate() { return pair<messages::Disassociate>(true); }

template <class M>
RandomRequests::Made RandomRequests::related() {
    static const auto all = collections();
    const auto* relationship = draws_.of(all);
    const auto& child = *schema::table(relationship->referencing);
    const auto& parent = *schema::table(relationship->referenced);
    const auto parent_id = rows_.row_of(parent);
    const auto child_id = rows_.row_of(child);
    if (!parent_id || !child_id) return std::nullopt;
    needs_ = &schema::privilege(child, Right::write);
    M message;
    message.relationship = relationship;
    message.parent = {&parent, *parent_id};
    message.child = {&child, *child_id};
    return message;
}

RandomRequests::Made RandomRequests::relate() { return related<messages::Associate>(); }

RandomRequests::Made RandomRequests::unrelate() { return related<messages::Disassociate>(); }

RandomRequests::Made RandomRequests::add_privileges() {
    const auto role = rows_.row_of(known::role);
    if (!role) return std::nullopt;
    needs_ = &schema::privilege(known::role, Right::write);
    messages::AddPrivilegesRole message;
    message.role = {&known::role, *role};
    message.replace = draws_.chance(10);
    const auto count = 1 + draws_.below(3);
    for (std::size_t i = 0; i < count; ++i) message.privileges.push_back(rows_.grant());
    return message;
}

RandomRequests::Made RandomRequests::remove_privilege() {
    const auto role = rows_.row_of(known::role);
    if (!role) return std::nullopt;
    needs_ = &schema::privilege(known::role, Right::write);
    messages::RemovePrivilegeRole message;
    message.role = {&known::role, *role};
    message.privilege = &rows_.privilege();
    const auto& held = trial_.world().roles.at(*role).privileges;
    if (!held.empty() && draws_.chance(70)) {
        const auto id = draws_.of(held).first;
        message.privilege =
            &*std::ranges::lower_bound(schema::privileges(), id, {}, &schema::Privilege::id);
    }
    return message;
}

RandomRequests::Made RandomRequests::create_credential() {
    const auto user = rows_.row_of(known::systemuser);
    if (!user) return std::nullopt;
    needs_ = schema::privilege(schema::prv_manage_credentials);
    messages::CreateCredential message;
    message.user = *user;
    message.name = "of " + trial_.names().of(*user);
    message.lifetime = std::chrono::minutes{1 + draws_.below(120)};
    return message;
}

RandomRequests::Made RandomRequests::revoke_credential() {
    const auto credential = rows_.live_credential();
    if (!credential) return std::nullopt;
    needs_ = schema::privilege(schema::prv_manage_credentials);
    return messages::RevokeCredential{*credential};
}

RandomRequests::Made RandomRequests::confirm_credential() {
    const auto credential = rows_.live_credential();
    if (!credential) return std::nullopt;
    needs_ = schema::privilege(schema::prv_manage_credentials);
    return messages::Message(messages::ConfirmCredential{*credential});
}

template <class M>
RandomRequests::Made RandomRequests::sharing() {
    const auto& table = draws_.of(std::span(record_tables));
    const auto row = rows_.row_of(*table);
    const auto& principals = draws_.chance(50) ? known::systemuser : known::team;
    const auto with = rows_.row_of(principals);
    if (!row || !with) return std::nullopt;
    needs_ = &schema::privilege(*table, Right::share);
    M message;
    message.target = {table, *row};
    message.principal = {&principals, *with};
    if constexpr (requires { message.rights; }) {
        for (const auto& name : schema::right_names) {
            if (draws_.chance(name.right == Right::read ? 80 : 25)) {
                message.rights |= name.access_bit;
            }
        }
    }
    return message;
}

RandomRequests::Made RandomRequests::grant_access() { return sharing<messages::GrantAccess>(); }

RandomRequests::Made RandomRequests::modify_access() { return sharing<messages::ModifyAccess>(); }

RandomRequests::Made RandomRequests::revoke_access() { return sharing<messages::RevokeAccess>(); }

}  // namespace rookery::rights
