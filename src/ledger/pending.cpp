#include "ledger/pending.hpp"

namespace rookery::ledger {

std::vector<Receipt> Receipt::parts() && {
    std::vector<Receipt> out;
    auto* const set = dynamic_cast<ReplySet*>(reply_.get());
    if (set == nullptr) {
        out.push_back(std::move(*this));
        return out;
    }
    out.reserve(set->parts.size());
    for (auto& part : set->parts) {
        out.push_back(Receipt(
            log_index_ + part.first_event,
            first_versionnumber_ + part.first_write,
            std::move(part.reply)
        ));
    }
    return out;
}

}  // namespace rookery::ledger
