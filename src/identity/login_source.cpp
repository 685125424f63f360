#include "identity/login_source.hpp"

namespace rookery::identity {

ByteView login_source(ByteView address) {
    if (address.size() == 4) return address;
    if (address.size() == 16) return address.first(8);
    return {};
}

}  // namespace rookery::identity
