// Ways into a vault as somebody brings them to a running server, for tests.
#pragma once

#include "crypto/brought_way.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>

namespace rookery::test {

/// Of these members with their texts, as the API names them: several of one kind, or two of a pair.
inline crypto::BroughtWay brought(
    std::initializer_list<std::pair<std::string_view, std::string_view>> members
) {
    crypto::BroughtWay out;
    for (const auto& [name, text] : members) {
        const auto [kind, word] = crypto::member_of_kind(name);
        if (out.parts.empty() || out.parts.back().kind != kind) out.parts.push_back({kind, {}});
        auto& into = out.parts.back().brought;
        if (word) {
            into.word = text;
        } else {
            into.secrets.push_back(SecretBytes::copy_of(text));
        }
    }
    return out;
}

inline crypto::BroughtWay brought(std::string_view member, std::string_view text) {
    return brought({{member, text}});
}

}  // namespace rookery::test
