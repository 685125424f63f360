// Boost.JSON's own definitions, compiled once: Debian's package of it is not a dependency.
#include <boost/json/src.hpp>
