#include "cli/local/configured_unsealing.hpp"

#include <string>

namespace rookery::cli {

UnsealingOptions configured_unsealing(const Config& config) {
    UnsealingOptions out;
    for (auto& one : out.all) {
        const auto found = config.unseal.find(std::string(one.option->name));
        if (found == config.unseal.end()) continue;
        if (one.option->form == crypto::SlotOption::Form::pair) {
            one.asked = true;
        } else {
            one.texts = found->second;
        }
    }
    return out;
}

}  // namespace rookery::cli
