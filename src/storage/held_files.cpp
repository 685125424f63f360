#include "storage/held_files.hpp"

namespace rookery::storage {

Result<std::unique_ptr<HeldFiles>> hold_files(Store& store) {
    if (auto* holds = dynamic_cast<HoldsFiles*>(&store)) return holds->hold_files();
    return fail(Errc::unsupported, "this store keeps no files that could be copied");
}

}  // namespace rookery::storage
