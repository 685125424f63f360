#include "access/administration.hpp"

#include "access/built_in.hpp"
#include "access/reach.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::access {

bool administers(const schema::Privilege& privilege) {
    if (privilege.table != nullptr) {
        return privilege.table->access_fact && privilege.right != schema::Right::read;
    }
    constexpr std::string_view general[] = {
        schema::prv_manage_credentials,
        schema::prv_manage_keys,
        schema::prv_manage_sync,
        schema::prv_act_on_behalf,
    };
    return std::ranges::find(general, privilege.name) != std::end(general);
}

bool is_ordinary(const schema::Privilege& privilege) {
    return privilege.name != schema::prv_grant_unmask &&
           privilege.name != schema::prv_manage_credentials;
}

bool administers_something(const Uuid& user, const Facts& facts) {
    const auto* reach = facts.reach(user);
    if (reach == nullptr) return false;
    return std::ranges::any_of(reach->assignments, [&](const Assignment& held) {
        return std::ranges::any_of(schema::privileges(), [&](const schema::Privilege& privilege) {
            return administers(privilege) && reach->depth(held, privilege) != schema::Depth::none;
        });
    });
}

bool is_system_administrator(const Uuid& user, const Facts& facts) {
    const auto* reach = facts.reach(user);
    if (reach == nullptr || !reach->enabled) return false;
    const auto& changing = schema::privilege(schema::known::role, schema::Right::write);
    return std::ranges::any_of(reach->assignments, [&](const Assignment& held) {
        return held.role == system_administrator_role &&
               reach->depth(held, changing) != schema::Depth::none;
    });
}

bool may_grant_plaintext(const Uuid& user, const Facts& facts) {
    const auto* reach = facts.reach(user);
    if (reach == nullptr || !reach->enabled) return false;
    const auto& grant = *schema::privilege(schema::prv_grant_unmask);
    return std::ranges::any_of(reach->assignments, [&](const Assignment& held) {
        return reach->depth(held, grant) != schema::Depth::none;
    });
}

bool is_system_administrator(const Person& person, const Facts& facts) {
    return person.administration && is_system_administrator(person.user, facts);
}

bool may_grant_plaintext(const Person& person, const Facts& facts) {
    return person.plaintext && may_grant_plaintext(person.user, facts);
}

bool is_system_administrator(const Caller& caller, const Facts& facts) {
    return std::ranges::all_of(caller.people(), [&](const Person& person) {
        return is_system_administrator(person, facts);
    });
}

bool may_grant_plaintext(const Caller& caller, const Facts& facts) {
    return std::ranges::all_of(caller.people(), [&](const Person& person) {
        return may_grant_plaintext(person, facts);
    });
}

bool carries(const Person& person, const schema::Privilege& privilege) {
    if (!person.plaintext && privilege.name == schema::prv_grant_unmask) return false;
    return person.administration || !administers(privilege);
}

}  // namespace rookery::access
