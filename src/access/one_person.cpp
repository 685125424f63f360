#include "access/one_person.hpp"

#include "access/built_in.hpp"

#include <set>

namespace rookery::access {
namespace {

/// Everybody that `next` leads to from those in `found`, however far.
template <class Next>
void follow(std::set<Uuid>& found, Next next) {
    std::vector<Uuid> open(found.begin(), found.end());
    while (!open.empty()) {
        const auto user = open.back();
        open.pop_back();
        for (const auto& other : next(user)) {
            if (!is_built_in_user(other) && found.insert(other).second) open.push_back(other);
        }
    }
}

template <class Counts>
std::vector<Uuid> person_by(const Person& caller, const Facts& facts, Counts counts) {
    const auto others = [&](const std::vector<Uuid>& credentials, Uuid Credential::*other) {
        std::vector<Uuid> out;
        for (const auto& id : credentials) {
            const auto& credential = *facts.credential(id);
            if (counts(credential)) out.push_back(credential.*other);
        }
        return out;
    };
    std::set<Uuid> below{caller.user};
    follow(below, [&](const Uuid& user) {
        return others(facts.credentials_made_by(user), &Credential::user);
    });
    std::set<Uuid> above;
    const auto* used = facts.credential(caller.credential);
    if (used != nullptr && !is_built_in_user(used->maker)) above.insert(used->maker);
    follow(above, [&](const Uuid& user) {
        return others(facts.credentials_of(user), &Credential::maker);
    });
    below.insert(above.begin(), above.end());
    return {below.begin(), below.end()};
}

/// Of each, together.
template <class One>
std::vector<Uuid> of_all(const Caller& caller, One one) {
    std::set<Uuid> out;
    for (const auto& person : caller.people()) {
        const auto ids = one(person);
        out.insert(ids.begin(), ids.end());
    }
    return {out.begin(), out.end()};
}

}  // namespace

bool is_live(const Credential& credential, const Facts& facts, Instant now) {
    return facts.valid(credential) && now < credential.expires;
}

std::vector<Uuid> one_person(const Person& caller, const Facts& facts, Instant now) {
    return person_by(caller, facts, [&](const Credential& credential) {
        return is_live(credential, facts, now);
    });
}

std::vector<Uuid> one_person_ever(const Person& caller, const Facts& facts) {
    return person_by(caller, facts, [](const Credential&) { return true; });
}

std::vector<Uuid> one_person(const Caller& caller, const Facts& facts, Instant now) {
    return of_all(caller, [&](const Person& person) { return one_person(person, facts, now); });
}

std::vector<Uuid> one_person_ever(const Caller& caller, const Facts& facts) {
    return of_all(caller, [&](const Person& person) { return one_person_ever(person, facts); });
}

}  // namespace rookery::access
