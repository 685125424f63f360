#include "base/integrity_failure.hpp"

namespace rookery {

tl::unexpected<Error> integrity_failure(std::string hint, boost::source_location where) {
    return fail(Errc::integrity, "integrity check failed", std::move(hint), where);
}

}  // namespace rookery
