#include "jobs/behind_damage.hpp"

#include <catch2/catch.hpp>

namespace behind_damage_test {

using rookery::jobs::behind_damage;

namespace {

/// As keys are compared: unsigned.
auto unreadable_up_to(std::string last) {
    return [last = std::move(last)](const std::string& key) { return key > last; };
}

std::string padded(std::string key) {
    key.resize(64, '\0');
    return key;
}

}  // namespace

TEST_CASE("behind damage is the least key that can be read again", "[jobs]") {
    const auto [from, last] = GENERATE(
        std::pair<std::string, std::string>{"a", "a"},
        std::pair<std::string, std::string>{"abc", "abd"},
        std::pair<std::string, std::string>{std::string("\x00\x01\xff\xff", 4), "\x7f\x01\xfe"},
        std::pair<std::string, std::string>{"", "zzzzzzzzzzzzzzzzzz"}
    );
    const auto found = behind_damage(from, unreadable_up_to(padded(last)));
    REQUIRE(found);
    CHECK(*found == padded(last).substr(0, 63) + '\x01');
}

TEST_CASE("damage that reaches to the end has nothing behind it", "[jobs]") {
    CHECK_FALSE(behind_damage("a", [](const std::string&) { return false; }));
    CHECK_FALSE(behind_damage(std::string(64, '\xff'), [](const std::string&) { return true; }));
}

}  // namespace behind_damage_test
