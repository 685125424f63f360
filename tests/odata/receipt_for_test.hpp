// A Receipt without a ledger: rendering is tested with no store. Nothing in src defines this class.
#pragma once

#include "ledger/pending.hpp"
#include "pipeline/reply.hpp"

#include <memory>
#include <utility>

namespace rookery::ledger {

class ReceiptForTest {
 public:
    static Receipt make(
        std::uint64_t log_index, std::uint64_t first_versionnumber,
        messages::MessageReply::Body body
    ) {
        return {
            log_index,
            first_versionnumber,
            std::make_unique<messages::MessageReply>(std::move(body))};
    }
};

}  // namespace rookery::ledger
