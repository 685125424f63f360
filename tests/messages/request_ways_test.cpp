#include "vault/request_ways.hpp"

#include <catch2/catch.hpp>

namespace request_ways_test {

using namespace rookery;
using rookery::messages::opens_by_request;

namespace {

std::vector<crypto::Slot> slots_of(const std::vector<const crypto::SlotKind*>& kinds) {
    std::vector<crypto::Slot> out(kinds.size());
    for (std::size_t i = 0; i < kinds.size(); ++i) out[i].kind = kinds[i];
    return out;
}

}  // namespace

TEST_CASE("a request opens a vault by anything but a token whose module is missing", "[messages]") {
    for (const auto* kind : crypto::slot_kinds) {
        CAPTURE(kind->type);
        CHECK(opens_by_request(slots_of({kind}), true));
        CHECK(opens_by_request(slots_of({kind}), false) == (kind != &crypto::token_slot));
    }
    CHECK(opens_by_request(slots_of({&crypto::token_slot, &crypto::share_slot}), false));
    CHECK_FALSE(opens_by_request(slots_of({&crypto::token_slot, &crypto::token_slot}), false));
}

}  // namespace request_ways_test
